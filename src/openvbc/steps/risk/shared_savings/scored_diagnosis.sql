-- purpose: the diagnoses of everyone to be scored, under each enrollment type
-- grain: one row a scored person, payment year and diagnosis
-- scope: person
-- inputs: scored_person, counted_diagnosis
-- cite: CMS-HCC model software: diagnoses of the calendar year before the payment year
-- columns:
--   person_id: the scored person, as in scored_person
--   payment_year: calendar year whose payment the score adjusts
--   diagnosis_code: ICD-10-CM code, without a point
--
-- counted_diagnosis                          scored_diagnosis
-- person_id | payment_year | diagnosis_code  person_id        | payment_year | diagnosis_code
-- P1        | 2024         | I509            P1|AGED_NON_DUAL | 2024         | I509
select s.person_id, s.payment_year, d.diagnosis_code
from scored_person s
join counted_diagnosis d
  on d.person_id = s.beneficiary_id
  and d.payment_year = s.payment_year
