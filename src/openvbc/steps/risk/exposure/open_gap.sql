-- purpose: what is still open for a person: conditions to capture again, and suspected ones
-- grain: one row a person, enrollment type, payment year and gap
-- scope: person
-- inputs: recapture, suspect
-- cite: a gap is a question to a clinician; closing it means a documented, coded diagnosis
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   payment_year: calendar year whose payment the score adjusts
--   gap: number of the person's gap
--   kind: RECAPTURE or SUSPECT
--   diagnosis_code: a diagnosis that would close it (ICD-10-CM)
--   rule: the rule that fired; null for a condition to capture again
--   last_year: last payment year in which the condition counted
--   evidence_claim: a claim that shows it; null where none is kept
--
-- One gap is one diagnosis: several models may know it under several conditions.
--
-- open_gap
-- person_id | enrollment_type | payment_year | gap | kind      | diagnosis_code | last_year
-- P1        | AGED_NON_DUAL   | 2024         | 1   | RECAPTURE | J449           | 2023
with every_gap as (
  select
    person_id,
    enrollment_type,
    payment_year,
    'RECAPTURE' as kind,
    diagnosis_code,
    cast(null as string) as rule,
    max(last_year) as last_year,
    cast(null as string) as evidence_claim
  from recapture
  where state = 'OPEN'
  group by person_id, enrollment_type, payment_year, diagnosis_code
  union all
  select
    person_id,
    enrollment_type,
    payment_year,
    'SUSPECT' as kind,
    diagnosis_code,
    min(rule) as rule,
    cast(null as int) as last_year,
    min(first_claim) as evidence_claim
  from suspect
  group by person_id, enrollment_type, payment_year, diagnosis_code
)
select
  person_id,
  enrollment_type,
  payment_year,
  cast(row_number() over (
    partition by person_id, enrollment_type, payment_year
    order by kind nulls last, diagnosis_code nulls last
  ) as string) as gap,
  kind,
  diagnosis_code,
  rule,
  last_year,
  evidence_claim
from every_gap
