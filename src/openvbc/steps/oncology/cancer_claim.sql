-- purpose: claims that stand and name an included cancer
-- grain: one row a professional or outpatient claim
-- scope: person
-- inputs: professional_line, institutional_claim, diagnosis, withdrawn_claim, episode_model,
--   episode_claim_type, cancer_diagnosis, encounter_diagnosis
-- cite: CMS OCM performance-based payment methodology, transcribed (trigger events)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_kind: professional or institutional
--   claim_id: the claim record
--   claim_day: first day of the claim
--   counted_from: first day of episodes for which a cancer of the claim counts
--
-- A professional claim names it on a line that is not denied; a cancer in the header alone counts
-- where the principal diagnosis is an encounter for the therapy. An outpatient claim names it in
-- the header.
--
-- professional_line             cancer_diagnosis      cancer_claim
-- | claim 5 | line 1 | C3411 |  | C3411 | lung |      | professional | 5 | 2024-02-01 |
with standing_line as (
  select
    l.person_id,
    l.claim_id,
    l.claim_line_start_date,
    l.diagnosis_code_1
  from professional_line l
  cross join episode_model m
  left join withdrawn_claim w
    on w.person_id = l.person_id
    and w.claim_id = l.claim_id
    and w.claim_kind = 'professional'
    and w.withdrawn_on <= m.known_by
  where l.sign = 1
    and not l.is_denied
    and w.claim_id is null
    and coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) <= m.known_by
),
on_line as (
  select
    s.person_id,
    s.claim_id,
    d.counted_from
  from standing_line s
  join cancer_diagnosis d on d.diagnosis_code = s.diagnosis_code_1
),
in_header as (
  select
    p.person_id,
    p.claim_id,
    c.counted_from
  from diagnosis p
  join encounter_diagnosis e on e.diagnosis_code = p.diagnosis_code
  join diagnosis d
    on d.person_id = p.person_id
    and d.claim_id = p.claim_id
    and d.claim_kind = p.claim_kind
  join cancer_diagnosis c on c.diagnosis_code = d.diagnosis_code
  where p.claim_kind = 'professional'
    and p.position = 1
),
named as (
  select * from on_line
  union all
  select * from in_header
),
professional as (
  select
    n.person_id,
    n.claim_id,
    min(s.claim_line_start_date) as claim_day,
    min(n.counted_from) as counted_from
  from named n
  join standing_line s
    on s.person_id = n.person_id
    and s.claim_id = n.claim_id
  group by n.person_id, n.claim_id
),
outpatient as (
  select
    c.person_id,
    c.claim_id,
    min(c.claim_start_date) as claim_day,
    min(x.counted_from) as counted_from
  from institutional_claim c
  join episode_claim_type t
    on t.claim_type_code = c.claim_type_code
    and t.setting = 'OUTPATIENT'
  join diagnosis d
    on d.person_id = c.person_id
    and d.claim_id = c.claim_id
    and d.claim_kind = 'institutional'
  join cancer_diagnosis x on x.diagnosis_code = d.diagnosis_code
  cross join episode_model m
  left join withdrawn_claim w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = 'institutional'
    and w.withdrawn_on <= m.known_by
  where c.sign = 1
    and not c.is_denied
    and w.claim_id is null
    and coalesce(c.load_date, c.claim_end_date) <= m.known_by
  group by c.person_id, c.claim_id
)
select person_id, 'professional' as claim_kind, claim_id, claim_day, counted_from
from professional
union all
select person_id, 'institutional' as claim_kind, claim_id, claim_day, counted_from
from outpatient
