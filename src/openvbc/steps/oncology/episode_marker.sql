-- purpose: what the codes in an episode say of it: a surgery, radiation, a novel therapy
-- grain: one row a settled episode, marker and claim line or stay
-- scope: person
-- inputs: episode, episode_line, procedure, prediction_code, novel_therapy
-- cite: CMS OCM performance-based payment methodology, transcribed (prediction, novel therapies)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   marker: what the code says, as the user's list names it; NOVEL_THERAPY for a novel one
--   claim_id: the claim record
--   claim_line_number: the line; null where the claim counts whole
--   code: the code
--   episode_amount: what the line counts in the episode (USD)
--
-- episode_line          prediction_code            episode_marker
-- | 6-1 | 5 | 77427 |   | RADIATION | 77427 |      | 6-1 | RADIATION | 5 |
with counted as (
  select
    l.person_id,
    l.episode_id,
    l.claim_id,
    l.claim_line_number,
    l.setting,
    l.hcpcs_code,
    l.start_date,
    l.episode_amount,
    e.category
  from episode_line l
  join episode e
    on e.person_id = l.person_id
    and e.episode_id = l.episode_id
    and e.status = 'SETTLED'
  where l.fate <> 'LEFT_OUT'
    and l.fate <> 'MONITORED'
),
by_line as (
  select
    c.person_id,
    c.episode_id,
    p.marker,
    c.claim_id,
    c.claim_line_number,
    p.code,
    c.episode_amount
  from counted c
  join prediction_code p
    on p.code_system = 'HCPCS'
    and p.code = c.hcpcs_code
    and (p.cancer_type is null or p.cancer_type = c.category)
),
by_procedure as (
  select
    c.person_id,
    c.episode_id,
    p.marker,
    c.claim_id,
    c.claim_line_number,
    p.code,
    c.episode_amount
  from counted c
  join procedure r
    on r.person_id = c.person_id
    and r.claim_id = c.claim_id
  join prediction_code p
    on p.code_system = 'ICD10PCS'
    and p.code = r.procedure_code
    and (p.cancer_type is null or p.cancer_type = c.category)
  where c.claim_line_number is null
),
novel as (
  select
    c.person_id,
    c.episode_id,
    'NOVEL_THERAPY' as marker,
    c.claim_id,
    c.claim_line_number,
    n.code,
    c.episode_amount
  from counted c
  join novel_therapy n
    on n.code_system = 'HCPCS'
    and n.code = c.hcpcs_code
    and n.cancer_type = c.category
    and c.start_date >= n.first_day
    and c.start_date <= n.last_day
),
every_marker as (
  select * from by_line
  union all
  select * from by_procedure
  union all
  select * from novel
)
select distinct
  person_id,
  episode_id,
  marker,
  claim_id,
  claim_line_number,
  code,
  episode_amount
from every_marker
