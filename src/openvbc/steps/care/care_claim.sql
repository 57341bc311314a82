-- purpose: claims whose diagnoses tell of a person, with the setting they came from
-- grain: one row a claim record that is neither a cancellation nor denied; of clinicians' claims
--        those of which a condition or score knows a code
-- scope: person
-- inputs: institutional_claim, professional_line, diagnosis, withdrawn_claim, claim_setting,
--         left_out_line, condition_code, scored_code, score_bit, look_back
-- cite: CMS Chronic Conditions Warehouse algorithms: claim types, equipment and ambulance left out;
--       codes as in person_condition and scored_code
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_kind: institutional or professional
--   setting: IP, SNF, HHA, OP or CAR
--   start_date: first day
--   end_date: last day
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--   counts_for: the spans of look_back in which it ended and stood, as the sum of their bits
--   conditions: the chronic conditions its diagnoses tell of, as the sum of their bits; a condition
--     that one of its codes leaves out is not among them
--   comorbidities: the categories of score_bit its diagnoses tell of, as the sum of their bits
--
-- Diagnoses are gone through once here, for every condition and score that asks every claim.
--
-- professional_line           care_claim
-- | claim_id | hcpcs_code |  | claim_id | setting |
-- | p1       | 99213      |  | p1       | CAR     |
-- | p2       | A0428      |     (an ambulance alone is no claim of a clinician)
with record as (
  select
    c.person_id,
    c.claim_id,
    'institutional' as claim_kind,
    t.setting,
    c.claim_start_date as start_date,
    c.claim_end_date as end_date,
    coalesce(c.load_date, c.claim_end_date) as known_on
  from institutional_claim c
  join claim_setting t on t.claim_type_code = c.claim_type_code
  where c.sign = 1
    and not c.is_denied
  group by
    c.person_id, c.claim_id, t.setting, c.claim_start_date, c.claim_end_date, c.load_date
  union all
  select
    l.person_id,
    l.claim_id,
    'professional' as claim_kind,
    t.setting,
    min(l.claim_start_date) as start_date,
    max(l.claim_end_date) as end_date,
    max(coalesce(l.load_date, l.claim_end_date)) as known_on
  from professional_line l
  join claim_setting t on t.claim_type_code = l.claim_type_code
  left join left_out_line x on starts_with(l.hcpcs_code, x.hcpcs_prefix)
  where l.sign = 1
    and not l.is_denied
    and x.hcpcs_prefix is null
  group by l.person_id, l.claim_id, t.setting
),
withdrawn as (
  select
    person_id,
    claim_id,
    claim_kind,
    min(withdrawn_on) as withdrawn_on
  from withdrawn_claim
  group by person_id, claim_id, claim_kind
),
condition_bits as (
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
    c.last_position,
    coalesce(c.included, 0) as included,
    coalesce(c.excluded, 0) as excluded,
    coalesce(s.comorbidities, 0) as comorbidities
  from condition_bits c
  full join score_bits s
    on s.code_version = c.code_version
    and s.diagnosis_code = c.diagnosis_code
),
coded as (
  select
    d.person_id,
    d.claim_kind,
    d.claim_id,
    bit_or(case when k.last_position >= d.position then k.included else 0 end) as included,
    bit_or(case when k.last_position >= d.position then k.excluded else 0 end) as excluded,
    bit_or(k.comorbidities) as comorbidities
  from diagnosis d
  join code k
    on k.diagnosis_code = d.diagnosis_code
    and k.code_version = d.code_version
  group by d.person_id, d.claim_kind, d.claim_id
),
dated as (
  select
    c.*,
    w.withdrawn_on,
    coalesce(k.included - (k.included & k.excluded), 0) as conditions,
    coalesce(k.comorbidities, 0) as comorbidities
  from record c
  left join withdrawn w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = c.claim_kind
  left join coded k
    on k.person_id = c.person_id
    and k.claim_id = c.claim_id
    and k.claim_kind = c.claim_kind
  where c.claim_kind = 'institutional'
    or k.claim_id is not null
),
days as (
  select distinct end_date, known_on, withdrawn_on
  from dated
),
counted as (
  select
    d.end_date,
    d.known_on,
    d.withdrawn_on,
    bit_or(b.span_bit) as counts_for
  from days d
  join look_back b
    on d.end_date <= b.as_of
    and d.known_on <= b.as_of
    and (d.withdrawn_on is null or d.withdrawn_on > b.as_of)
    and d.end_date > add_months(b.as_of, 0 - b.months)
  group by d.end_date, d.known_on, d.withdrawn_on
)
select
  c.person_id,
  c.claim_id,
  c.claim_kind,
  c.setting,
  c.start_date,
  c.end_date,
  c.known_on,
  c.withdrawn_on,
  coalesce(n.counts_for, 0) as counts_for,
  c.conditions,
  c.comorbidities
from dated c
left join counted n
  on n.end_date = c.end_date
  and n.known_on = c.known_on
  and coalesce(n.withdrawn_on, n.end_date) = coalesce(c.withdrawn_on, c.end_date)
  and (n.withdrawn_on is null) = (c.withdrawn_on is null)
