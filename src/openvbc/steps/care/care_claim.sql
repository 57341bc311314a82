-- purpose: claims whose diagnoses tell of a person, with the setting they came from
-- grain: one row a claim record that is neither a cancellation nor denied; of clinicians' claims
--        those of which a condition or score knows a code
-- scope: person
-- inputs: institutional_claim, professional_line, diagnosis, withdrawn_claim, claim_setting,
--         left_out_line, condition_code, scored_code, score_bit
-- cite: CMS Chronic Conditions Warehouse algorithms: claim types, equipment and ambulance left out;
--       codes as in person_condition and scored_code
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_kind: institutional or professional
--   setting: IP, SNF, HHA, OP or CAR
--   end_date: last day
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--   conditions: the chronic conditions its diagnoses tell of, as the sum of their bits; a condition
--     that one of its codes leaves out is not among them
--   comorbidities: the categories of score_bit its diagnoses tell of, as the sum of their bits
--
-- Diagnoses are gone through once here, for every condition and score that asks every claim, and
-- for every day: what counts on a day is in counted_claim.
--
-- professional_line           care_claim
-- | claim_id | hcpcs_code |  | claim_id | setting |
-- | p1       | 99213      |  | p1       | CAR     |
-- | p2       | A0428      |     (an ambulance alone is no claim of a clinician)
with condition_bits as (
  select
    code_version,
    diagnosis_code,
    last_position,
    bit_or(case when role = 'INCLUDE' then condition_bit else 0 end) as included,
    bit_or(case when role = 'EXCLUDE' then condition_bit else 0 end) as excluded
  from condition_code
  group by code_version, diagnosis_code, last_position
),
score_bits as (
  select
    k.code_version,
    k.diagnosis_code,
    bit_or(b.category_bit) as comorbidities
  from scored_code k
  join score_bit b
    on b.score = k.score
    and b.category = k.category
  group by k.code_version, k.diagnosis_code
),
code as (
  select
    coalesce(c.code_version, s.code_version) as code_version,
    coalesce(c.diagnosis_code, s.diagnosis_code) as diagnosis_code,
    coalesce(c.last_position, 0) as last_position,
    coalesce(c.included, 0) as included,
    coalesce(c.excluded, 0) as excluded,
    coalesce(s.comorbidities, 0) as comorbidities
  from condition_bits c
  full join score_bits s
    on s.code_version = c.code_version
    and s.diagnosis_code = c.diagnosis_code
),
told as (
  select
    d.person_id,
    d.claim_id,
    d.claim_kind,
    bit_or(case when k.last_position >= d.position then k.included else 0 end) as included,
    bit_or(case when k.last_position >= d.position then k.excluded else 0 end) as excluded,
    bit_or(k.comorbidities) as comorbidities
  from diagnosis d
  join code k
    on k.diagnosis_code = d.diagnosis_code
    and k.code_version = d.code_version
  group by d.person_id, d.claim_id, d.claim_kind
),
said as (
  select
    c.person_id,
    c.claim_id,
    'institutional' as claim_kind,
    t.setting,
    c.claim_end_date as end_date,
    coalesce(c.load_date, c.claim_end_date) as known_on
  from institutional_claim c
  join claim_setting t on t.claim_type_code = c.claim_type_code
  where c.sign = 1
    and not c.is_denied
  union all
  select
    l.person_id,
    l.claim_id,
    'professional' as claim_kind,
    t.setting,
    l.claim_end_date as end_date,
    coalesce(l.load_date, l.claim_end_date) as known_on
  from professional_line l
  join claim_setting t on t.claim_type_code = l.claim_type_code
  left join left_out_line x on substring(l.hcpcs_code, 1, length(x.hcpcs_prefix)) = x.hcpcs_prefix
  where l.sign = 1
    and not l.is_denied
    and x.hcpcs_prefix is null
),
claim as (
  select
    person_id,
    claim_id,
    claim_kind,
    min(setting) as setting,
    max(end_date) as last_date,
    max(known_on) as last_known_on
  from said
  group by person_id, claim_id, claim_kind
),
withdrawn as (
  select
    person_id,
    claim_id,
    claim_kind,
    min(withdrawn_on) as first_withdrawn_on
  from withdrawn_claim
  group by person_id, claim_id, claim_kind
)
select
  c.person_id,
  c.claim_id,
  c.claim_kind,
  c.setting,
  c.last_date as end_date,
  c.last_known_on as known_on,
  w.first_withdrawn_on as withdrawn_on,
  coalesce(t.included - (t.included & t.excluded), 0) as conditions,
  coalesce(t.comorbidities, 0) as comorbidities
from claim c
left join told t
  on t.person_id = c.person_id
  and t.claim_id = c.claim_id
  and t.claim_kind = c.claim_kind
left join withdrawn w
  on w.person_id = c.person_id
  and w.claim_id = c.claim_id
  and w.claim_kind = c.claim_kind
where c.claim_kind = 'institutional'
  or t.person_id is not null
