-- purpose: the parts of the mean raw score of the reference population, exact, not yet divided
-- grain: one row a model, payment year and enrollment type
-- scope: population
-- inputs: risk_raw_score, scored_person, population, measured_enrollment
-- cite: 42 CFR 425.601(a)(1), 425.652(a)(1): scores are renormalized to the national assignable
--    population of the enrollment type; here to the assignable people loaded
-- columns:
--   model: CMS-HCC model, for example V28
--   payment_year: calendar year whose payment the score adjusts
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months of the reference population
--   raw_times_months: sum of raw score times months
--   demographic_times_months: sum of demographic score times months
--
-- risk_mean
-- model | payment_year | enrollment_type | person_months | raw_times_months
-- V28   | 2024         | AGED_NON_DUAL   | 12            | 21.636
select
  r.model,
  r.payment_year,
  s.enrollment_type,
  cast(sum(m.person_months) as bigint) as person_months,
  cast(sum(r.raw_score * m.person_months) as decimal(38, 3)) as raw_times_months,
  cast(sum(r.demographic_score * m.person_months) as decimal(38, 3)) as demographic_times_months
from risk_raw_score r
join scored_person s
  on s.person_id = r.person_id
  and s.payment_year = r.payment_year
join measured_enrollment m
  on m.person_id = s.beneficiary_id
  and m.calendar_year = s.payment_year
  and m.enrollment_type = s.enrollment_type
join population q
  on q.person_id = m.person_id
  and q.period = m.period
where q.population = 'ASSIGNABLE'
  and m.person_months > 0
group by r.model, r.payment_year, s.enrollment_type
