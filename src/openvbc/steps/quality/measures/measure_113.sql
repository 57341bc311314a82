-- purpose: measure 113 (CMS130), colorectal cancer screening
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, adult_visit, coded_condition, coded_observation, coded_procedure,
--   hospice_or_palliative, frailty, measurement_year, measure_113_rule
-- cite: CMS130FHIR 1.0.000 (measure year 2026), NCQA
-- columns:
--   person_id: the person
--   test: the test passed, see the measure's definition
--   event_id: number of the record; null: the person passes it
--
-- The measure and its specification are NCQA's (see the notice in its definition); the words here
-- are our own. NCQA is not responsible for any use of it.
-- Counted are people of the age with a visit. Met by any of: a blood test of the stool with a
-- result in the year; a stool DNA test with a result, a flexible sigmoidoscopy, a CT colonography
-- or a colonoscopy, each within its years. Left out: colorectal cancer or removal of the whole
-- colon by the end of the year.
-- coded_procedure: A | 9 | Colonoscopy | 2018-05-01
-- the result:      A | screened | 9
with screening as (
  select
    o.person_id,
    o.event_id
  from coded_observation o
  cross join measurement_year y
  where o.value_set = 'Fecal Occult Blood Test (FOBT)'
    and o.is_performed
    and o.is_laboratory
    and o.value_kind is not null
    and o.latest_date >= y.first_day
    and o.latest_date <= y.last_day
  union all
  select
    o.person_id,
    o.event_id
  from coded_observation o
  cross join measurement_year y
  cross join measure_113_rule r
  where o.value_set = 'sDNA FIT Test'
    and o.is_performed
    and o.is_laboratory
    and o.value_kind is not null
    and o.latest_date >= add_months(y.first_day, -r.stool_dna_months)
    and o.latest_date <= y.last_day
  union all
  select
    o.person_id,
    o.event_id
  from coded_observation o
  cross join measurement_year y
  cross join measure_113_rule r
  where o.value_set = 'CT Colonography'
    and o.is_performed
    and o.end_date >= add_months(y.first_day, -r.ct_colonography_months)
    and o.end_date <= y.last_day
  union all
  select
    p.person_id,
    p.event_id
  from coded_procedure p
  cross join measurement_year y
  cross join measure_113_rule r
  where p.end_date <= y.last_day
    and (
      (
        p.value_set = 'Flexible Sigmoidoscopy'
        and p.end_date >= add_months(y.first_day, -r.sigmoidoscopy_months)
      )
      or (
        p.value_set = 'Colonoscopy'
        and p.end_date >= add_months(y.first_day, -r.colonoscopy_months)
      )
    )
)
select
  p.person_id,
  'age' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_113_rule r
where p.age_at_end between r.youngest and r.oldest
union all
select
  person_id,
  'visit' as test,
  event_id
from adult_visit
union all
select
  c.person_id,
  'colorectal_cancer' as test,
  c.event_id
from coded_condition c
cross join measurement_year y
where c.value_set = 'Malignant Neoplasm of Colon'
  and c.is_verified
  and c.prevails_from <= y.last_day
union all
select
  p.person_id,
  'colon_removed' as test,
  p.event_id
from coded_procedure p
cross join measurement_year y
where p.value_set = 'Total Colectomy'
  and p.end_date <= y.last_day
union all
select
  person_id,
  test,
  event_id
from hospice_or_palliative
union all
select
  person_id,
  test,
  event_id
from frailty
union all
select distinct
  person_id,
  'screened' as test,
  event_id
from screening
