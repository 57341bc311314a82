-- purpose: claims whose diagnoses tell of a person, with the setting they came from
-- grain: one row a claim record that is neither a cancellation nor denied; of clinicians' claims
--        those of which a condition or score knows a code
-- scope: person
-- inputs: institutional_claim, professional_line, diagnosis, withdrawn_claim, claim_setting,
--         left_out_line, condition_code, scored_code, score_bit, look_back
-- cite: CMS Chronic Conditions Warehouse algorithms: claim types, equipment and ambulance left out;
--       codes as in person_condition and scored_code
-- made: once a bucket
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
with span as (
  select
    min(add_months(as_of, 0 - months)) as earliest
  from look_back
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
    coalesce(c.last_position, 0) as last_position,
    coalesce(c.included, 0) as included,
    coalesce(c.excluded, 0) as excluded,
    coalesce(s.comorbidities, 0) as comorbidities
  from condition_bits c
  full join score_bits s
    on s.code_version = c.code_version
    and s.diagnosis_code = c.diagnosis_code
),
said as (
  select
    c.person_id,
    c.claim_id,
    'institutional' as claim_kind,
    t.setting,
    c.claim_start_date as start_date,
    c.claim_end_date as end_date,
    coalesce(c.load_date, c.claim_end_date) as known_on,
    cast(null as date) as withdrawn_on,
    cast(null as bigint) as included,
    cast(null as bigint) as excluded,
    cast(null as bigint) as comorbidities
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
    l.claim_start_date as start_date,
    l.claim_end_date as end_date,
    coalesce(l.load_date, l.claim_end_date) as known_on,
    cast(null as date) as withdrawn_on,
    cast(null as bigint) as included,
    cast(null as bigint) as excluded,
    cast(null as bigint) as comorbidities
  from professional_line l
  join claim_setting t on t.claim_type_code = l.claim_type_code
  left join left_out_line x on substring(l.hcpcs_code, 1, length(x.hcpcs_prefix)) = x.hcpcs_prefix
  where l.sign = 1
    and not l.is_denied
    and x.hcpcs_prefix is null
  union all
  select
    person_id,
    claim_id,
    claim_kind,
    cast(null as string) as setting,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as date) as known_on,
    withdrawn_on,
    cast(null as bigint) as included,
    cast(null as bigint) as excluded,
    cast(null as bigint) as comorbidities
  from withdrawn_claim
  union all
  select
    d.person_id,
    d.claim_id,
    d.claim_kind,
    cast(null as string) as setting,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as date) as known_on,
    cast(null as date) as withdrawn_on,
    case when k.last_position >= d.position then k.included else 0 end as included,
    case when k.last_position >= d.position then k.excluded else 0 end as excluded,
    k.comorbidities
  from diagnosis d
  cross join span e
  join code k
    on k.diagnosis_code = d.diagnosis_code
    and k.code_version = d.code_version
  where d.claim_end_date is null
    or d.claim_end_date > e.earliest
),
grouped as (
  select
    person_id,
    claim_id,
    claim_kind,
    min(setting) as told_setting,
    min(start_date) as first_date,
    max(end_date) as last_date,
    max(known_on) as last_known_on,
    min(withdrawn_on) as first_withdrawn_on,
    bit_or(included) as all_included,
    bit_or(excluded) as all_excluded,
    bit_or(comorbidities) as all_comorbidities
  from said
  group by person_id, claim_id, claim_kind
),
claim as (
  select
    person_id,
    claim_id,
    claim_kind,
    told_setting as setting,
    first_date as start_date,
    last_date as end_date,
    last_known_on as known_on,
    first_withdrawn_on as withdrawn_on,
    coalesce(all_included, 0) as included,
    coalesce(all_excluded, 0) as excluded,
    coalesce(all_comorbidities, 0) as comorbidities
  from grouped
  where told_setting is not null
    and (claim_kind = 'institutional' or all_included is not null)
),
day as (
  select end_date as day_of from claim
  union
  select known_on as day_of from claim
  union
  select withdrawn_on as day_of from claim where withdrawn_on is not null
),
day_bits as (
  select
    d.day_of,
    bit_or(case when d.day_of > add_months(b.as_of, 0 - b.months) then b.span_bit else 0 end)
      as within,
    bit_or(b.span_bit) as by_then
  from day d
  join look_back b on b.as_of >= d.day_of
  group by d.day_of
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
  coalesce(e.within & k.by_then, 0)
    - coalesce(e.within & k.by_then & w.by_then, 0) as counts_for,
  c.included - (c.included & c.excluded) as conditions,
  c.comorbidities
from claim c
left join day_bits e on e.day_of = c.end_date
left join day_bits k on k.day_of = c.known_on
left join day_bits w on w.day_of = c.withdrawn_on
