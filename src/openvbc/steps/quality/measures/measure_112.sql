-- purpose: measure 112 (CMS125), breast cancer screening
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, adult_visit, coded_condition, coded_event, coded_observation,
--   coded_procedure, hospice_or_palliative, frailty, measurement_year, measure_112_rule
-- cite: CMS125FHIR 1.0.000 (measure year 2026), NCQA
-- columns:
--   person_id: the person
--   test: the test passed, see the measure's definition
--   event_id: number of the record; null: the person passes it
--
-- The measure and its specification are NCQA's (see the notice in its definition); the words here
-- are our own. NCQA is not responsible for any use of it.
-- Counted are women of the age with a visit. Met: a mammogram that ended in the year or after the
-- first of October two years before. Left out: both breasts removed by the end of the year, by
-- history or procedure, at once or one side after the other (a side not said in the code is taken
-- from the body site).
-- coded_observation: A | 5 | Mammography | 2025-03-01
-- the result:        A | mammogram | 5
with removed as (
  select
    c.person_id,
    c.event_id,
    c.value_set,
    site.value_set as side
  from coded_condition c
  cross join measurement_year y
  left join coded_event site
    on site.event_id = c.event_id
    and site.field = 'condition_body_site'
    and site.value_set in ('Left', 'Right')
  where c.value_set in (
      'Status Post Left Mastectomy',
      'Status Post Right Mastectomy',
      'Unilateral Mastectomy, Unspecified Laterality',
      'History of bilateral mastectomy'
    )
    and c.is_verified
    and (
      c.prevails_from < y.last_day
      or (c.prevails_from = y.last_day and c.prevails_from_time is not null)
    )
  union all
  select
    p.person_id,
    p.event_id,
    p.value_set,
    cast(null as string) as side
  from coded_procedure p
  cross join measurement_year y
  where p.value_set in (
      'Unilateral Mastectomy Left',
      'Unilateral Mastectomy Right',
      'Bilateral Mastectomy'
    )
    and (
      p.end_date < y.last_day
      or (p.end_date = y.last_day and p.end_time is not null)
    )
)
select
  p.person_id,
  'age' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_112_rule r
where p.age_at_end between r.youngest and r.oldest
union all
select
  p.person_id,
  'woman' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_112_rule r
where p.sex_code = r.sex_code
union all
select
  person_id,
  'visit' as test,
  event_id
from adult_visit
union all
select distinct
  person_id,
  'left_removed' as test,
  event_id
from removed
where value_set in ('Status Post Left Mastectomy', 'Unilateral Mastectomy Left')
  or (value_set = 'Unilateral Mastectomy, Unspecified Laterality' and side = 'Left')
union all
select distinct
  person_id,
  'right_removed' as test,
  event_id
from removed
where value_set in ('Status Post Right Mastectomy', 'Unilateral Mastectomy Right')
  or (value_set = 'Unilateral Mastectomy, Unspecified Laterality' and side = 'Right')
union all
select distinct
  person_id,
  'both_removed' as test,
  event_id
from removed
where value_set in ('History of bilateral mastectomy', 'Bilateral Mastectomy')
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
select
  o.person_id,
  'mammogram' as test,
  o.event_id
from coded_observation o
cross join measurement_year y
cross join measure_112_rule r
where o.value_set = 'Mammography'
  and o.is_performed
  and o.end_date >= add_months(y.first_day, -r.mammogram_months)
  and o.end_date <= y.last_day
