-- purpose: the diagnoses of each closing: those that count already and those that would be coded
-- grain: one row a closing, payment year and diagnosis
-- scope: person
-- inputs: closing_person, scored_diagnosis, open_gap
-- cite: the value of a gap is the change of the whole score, not a factor
-- columns:
--   person_id: the closing, as in closing_person
--   payment_year: calendar year whose payment the score adjusts
--   diagnosis_code: ICD-10-CM code, without a point
--
-- closing_diagnosis
-- person_id            | payment_year | diagnosis_code
-- P1|AGED_NON_DUAL#7   | 2024         | J449
select c.person_id, c.payment_year, d.diagnosis_code
from closing_person c
join scored_diagnosis d
  on d.person_id = c.scored_person_id
  and d.payment_year = c.payment_year
union
select c.person_id, c.payment_year, g.diagnosis_code
from closing_person c
join open_gap g
  on g.person_id = c.beneficiary_id
  and g.enrollment_type = c.enrollment_type
  and g.payment_year = c.payment_year
where c.gap = 'ALL'
  or c.gap = g.gap
