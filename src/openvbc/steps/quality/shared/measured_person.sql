-- purpose: birth date, sex and age of each person at the start and the end of the year
-- grain: one row a person
-- scope: person
-- inputs: patient, measurement_year
-- cite: HL7 CQL 1.5, AgeInYearsAt
-- made: once a bucket
-- columns:
--   person_id: the person
--   birth_date: birth date; practices that differ: the earliest
--   sex_code: sex by the US Core extension
--   age_at_start: whole years on the first day of the year
--   age_at_end: whole years on the last day of the year
--
-- patient:    A | born 1950-07-01        measurement_year: 2026-01-01 to 2026-12-31
-- the result: A | 1950-07-01 | 75 at the start | 76 at the end
with person as (
  select
    person_id,
    min(birth_date) as birth_date,
    min(sex_code) as sex_code
  from patient
  group by person_id
)
select
  p.person_id,
  p.birth_date,
  p.sex_code,
  year(y.first_day) - year(p.birth_date)
    - case
      when month(p.birth_date) > month(y.first_day)
        or (month(p.birth_date) = month(y.first_day) and day(p.birth_date) > day(y.first_day))
      then 1
      else 0
    end as age_at_start,
  year(y.last_day) - year(p.birth_date)
    - case
      when month(p.birth_date) > month(y.last_day)
        or (month(p.birth_date) = month(y.last_day) and day(p.birth_date) > day(y.last_day))
      then 1
      else 0
    end as age_at_end
from person p
cross join measurement_year y
