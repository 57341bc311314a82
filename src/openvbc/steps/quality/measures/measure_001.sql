-- purpose: measure 001 (CMS122), diabetes: glycemic status above 9 percent; lower is better
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, coded_encounter, coded_condition, coded_observation,
--   hospice_or_palliative, frailty, measurement_year, measure_001_rule
-- cite: CMS122FHIR 1.0.000 (measure year 2026), NCQA
-- columns:
--   person_id: the person
--   test: the test passed, see the measure's definition
--   event_id: number of the record; null: the person passes it
--
-- The measure and its specification are NCQA's (see the notice in its definition); the words here
-- are our own. NCQA is not responsible for any use of it.
-- Counted are people of the age with diabetes diagnosed at an encounter and a visit in the year.
-- The numerator is the bad result: no HbA1c or glucose management indicator in the year; or, of the
-- readings of the most recent day, the lowest (one without a number counts as lowest) has no result
-- or is above the limit. A reading in another unit than percent, or one that is no number, is
-- neither: the published logic cannot compare it. It is told, so that nobody takes it for control.
-- coded_observation: A | 5 | HbA1c Laboratory Test | 2026-03-01 | 9.4 %
-- the result:        A | assessed | 5
--                    A | above_limit | 5
with diabetes as (
  select
    c.person_id,
    c.event_id
  from coded_condition c
  cross join measurement_year y
  where c.value_set = 'Diabetes'
    and c.is_encounter_diagnosis
    and c.is_verified
    and (c.prevails_from is null or c.prevails_from <= y.last_day)
    and (c.prevails_to is null or c.prevails_to >= y.first_day)
),
diabetic as (
  select distinct person_id
  from diabetes
),
assessment as (
  select
    o.person_id,
    o.event_id,
    o.latest_date,
    o.value_kind,
    o.value_number,
    o.value_unit
  from coded_observation o
  join diabetic d
    on d.person_id = o.person_id
  cross join measurement_year y
  where o.value_set in ('HbA1c Laboratory Test', 'Glucose Management Indicator')
    and o.is_performed
    and o.is_laboratory
    and o.latest_date >= y.first_day
    and o.latest_date <= y.last_day
),
deciding as (
  select
    person_id,
    event_id,
    value_kind,
    value_number,
    value_unit,
    row_number() over (
      partition by person_id
      order by latest_date desc nulls last, value_number nulls first, event_id nulls last
    ) as place
  from assessment
)
select
  p.person_id,
  'age' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_001_rule r
where p.age_at_end between r.youngest and r.oldest
union all
select distinct
  e.person_id,
  'visit' as test,
  e.event_id
from coded_encounter e
cross join measurement_year y
where e.value_set in (
    'Office Visit',
    'Annual Wellness Visit',
    'Preventive Care Services Established Office Visit, 18 and Up',
    'Preventive Care Services Initial Office Visit, 18 and Up',
    'Home Healthcare Services',
    'Nutrition Services',
    'Medical Nutrition Therapy',
    'Telephone Visits'
  )
  and e.start_date >= y.first_day
  and e.end_date <= y.last_day
union all
select
  person_id,
  'diabetes' as test,
  event_id
from diabetes
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
  person_id,
  'assessed' as test,
  event_id
from assessment
union all
select
  person_id,
  'without_result' as test,
  event_id
from deciding
where place = 1
  and value_kind is null
union all
select
  d.person_id,
  'above_limit' as test,
  d.event_id
from deciding d
cross join measure_001_rule r
where d.place = 1
  and d.value_number > r.limit_percent
  and d.value_unit = '%'
union all
select
  person_id,
  'other_unit' as test,
  event_id
from deciding
where place = 1
  and value_number is not null
  and (value_unit is null or value_unit <> '%')
union all
select
  person_id,
  'without_number' as test,
  event_id
from deciding
where place = 1
  and value_kind is not null
  and value_number is null
