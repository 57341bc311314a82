-- purpose: measure 236 (CMS165), controlling high blood pressure
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, adult_visit, encounter, coded_encounter, coded_condition, coded_event,
--   coded_observation, coded_procedure, component, hospice_or_palliative, frailty,
--   measurement_year, measure_236_rule
-- cite: CMS165FHIR 1.0.000 (measure year 2026), NCQA
-- columns:
--   person_id: the person
--   test: the test passed, see the measure's definition
--   event_id: number of the record; null: the person passes it
--
-- The measure and its specification are NCQA's (see the notice in its definition); the words here
-- are our own. NCQA is not responsible for any use of it.
-- Counted are people of the age with essential hypertension in the first months of the year and a
-- visit. Met: on the latest day with a reading that counts, the lowest systolic and the lowest
-- diastolic are below their limits; a reading without one of them counts as lowest and fails. A
-- reading counts if it was not taken during a stay or emergency visit, or if its own encounter has
-- a class that is neither. Readings are looked at only of people with hypertension. A pressure in
-- another unit than mm[Hg] is none, as in the published logic; it is told.
-- coded_observation: A | 5 | Blood Pressure | 2026-03-01     component: 5 | 1 | 132 mm[Hg] ...
-- the result:        A | systolic_below | 5
with hypertension as (
  select
    c.person_id,
    c.event_id
  from coded_condition c
  cross join measurement_year y
  cross join measure_236_rule r
  where c.value_set = 'Essential Hypertension'
    and c.is_verified
    and (
      c.prevails_from is null
      or c.prevails_from < date_add(add_months(y.first_day, r.diagnosis_months), -1)
      or (
        c.prevails_from = date_add(add_months(y.first_day, r.diagnosis_months), -1)
        and c.prevails_from_time is not null
      )
    )
    and (
      c.prevails_to is null
      or c.prevails_to > y.first_day
      or (c.prevails_to = y.first_day and c.prevails_to_time is not null)
    )
),
hypertensive as (
  select distinct person_id
  from hypertension
),
reading as (
  select
    o.person_id,
    o.event_id,
    o.latest_date,
    o.encounter,
    o.practice
  from coded_observation o
  join hypertensive h
    on h.person_id = o.person_id
  cross join measurement_year y
  where o.value_set = 'Blood Pressure'
    and o.is_performed
    and o.latest_date >= y.first_day
    and o.latest_date <= y.last_day
),
taken_during_stay as (
  select distinct
    b.person_id,
    b.event_id,
    b.encounter,
    b.practice
  from reading b
  join coded_encounter e
    on e.person_id = b.person_id
    and e.value_set in (
      'Encounter Inpatient',
      'Emergency Department Evaluation and Management Visit'
    )
    and e.start_date <= b.latest_date
    and (e.end_date is null or e.end_date >= b.latest_date)
),
taken_in_office as (
  select distinct b.event_id
  from taken_during_stay b
  join encounter e
    on e.person_id = b.person_id
    and e.practice = b.practice
    and e.resource_id = b.encounter
  where e.class_code not in ('EMER', 'IMP', 'ACUTE', 'NONAC', 'PRENC', 'SS')
),
counted as (
  select
    b.person_id,
    b.event_id,
    b.latest_date,
    rank() over (partition by b.person_id order by b.latest_date desc nulls last) as place
  from reading b
  left join taken_during_stay s
    on s.event_id = b.event_id
  left join taken_in_office f
    on f.event_id = b.event_id
  where s.event_id is null
    or f.event_id is not null
),
part as (
  select
    b.person_id,
    b.event_id,
    min(
      case when v.value_set = 'Systolic' and c.value_unit = 'mm[Hg]' then c.value_number end
    ) as systolic,
    min(
      case when v.value_set = 'Diastolic' and c.value_unit = 'mm[Hg]' then c.value_number end
    ) as diastolic,
    max(
      case
        when v.value_set is not null
          and c.value_number is not null
          and (c.value_unit is null or c.value_unit <> 'mm[Hg]')
          then 1
        else 0
      end
    ) as is_other_unit
  from counted b
  left join component c
    on c.event_id = b.event_id
  left join coded_event v
    on v.event_id = c.event_id
    and v.position = c.position
    and v.field = 'component_code'
    and v.value_set in ('Systolic', 'Diastolic')
  where b.place = 1
  group by b.person_id, b.event_id
),
ordered as (
  select
    person_id,
    event_id,
    systolic,
    diastolic,
    row_number() over (
      partition by person_id order by systolic nulls first, event_id nulls last
    ) as systolic_place,
    row_number() over (
      partition by person_id order by diastolic nulls first, event_id nulls last
    ) as diastolic_place
  from part
)
select
  p.person_id,
  'age' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_236_rule r
where p.age_at_end between r.youngest and r.oldest
union all
select
  p.person_id,
  'oldest' as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_236_rule r
where p.age_at_end >= r.frailty_alone_age
union all
select
  person_id,
  'visit' as test,
  event_id
from adult_visit
union all
select
  person_id,
  'hypertension' as test,
  event_id
from hypertension
union all
select
  c.person_id,
  'pregnant_or_renal' as test,
  c.event_id
from coded_condition c
cross join measurement_year y
where c.value_set in (
    'Pregnancy',
    'End Stage Renal Disease',
    'Kidney Transplant Recipient',
    'Chronic Kidney Disease, Stage 5'
  )
  and c.is_verified
  and (
    c.prevails_from is null
    or c.prevails_from < y.last_day
    or (c.prevails_from = y.last_day and c.prevails_from_time is not null)
  )
  and (
    c.prevails_to is null
    or c.prevails_to > y.first_day
    or (c.prevails_to = y.first_day and c.prevails_to_time is not null)
  )
union all
select
  c.person_id,
  'pregnant_or_renal' as test,
  c.event_id
from coded_procedure c
cross join measurement_year y
where c.value_set in ('Kidney Transplant', 'Dialysis Services')
  and (
    c.end_date < y.last_day
    or (c.end_date = y.last_day and c.end_time is not null)
  )
union all
select
  e.person_id,
  'pregnant_or_renal' as test,
  e.event_id
from coded_encounter e
cross join measurement_year y
where e.value_set = 'ESRD Monthly Outpatient Services'
  and (
    e.start_date < y.last_day
    or (e.start_date = y.last_day and e.start_time is not null)
  )
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
  'measured' as test,
  event_id
from counted
where place = 1
union all
select
  o.person_id,
  'systolic_below' as test,
  o.event_id
from ordered o
cross join measure_236_rule r
where o.systolic_place = 1
  and o.systolic < r.systolic_limit
union all
select
  o.person_id,
  'diastolic_below' as test,
  o.event_id
from ordered o
cross join measure_236_rule r
where o.diastolic_place = 1
  and o.diastolic < r.diastolic_limit
union all
select
  person_id,
  'other_unit' as test,
  event_id
from part
where is_other_unit = 1
  and (systolic is null or diastolic is null)
union all
select
  person_id,
  'not_positive' as test,
  event_id
from ordered
where (systolic_place = 1 and systolic <= 0)
  or (diastolic_place = 1 and diastolic <= 0)
