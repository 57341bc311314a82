-- purpose: who shows frailty, advanced illness or life in a nursing home, and is of the age for it
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, coded_encounter, coded_event, coded_observation, coded_order,
--   coded_condition, measurement_year, look_back
-- cite: Advanced Illness and Frailty library 1.27.000
-- made: once a bucket
-- columns:
--   person_id: the person
--   test: older, frail, advanced_illness or nursing_home
--   event_id: number of the record; null: the person passes it
--
-- Older: of the age, at the end of the year, from which the other tests leave a person out. Frail:
-- in the year a device for the frail ordered or in use, a diagnosis, an encounter or a symptom of
-- frailty. Advanced illness: a diagnosis that began in the year or the year before, or an active
-- dementia medication whose supply touches those two years. Nursing home: the latest housing status
-- known at the end of the year says so.
-- coded_order: A | 11 | device | Frailty Device | active | 2026-04-01
-- the result:  A | frail | 11
with housing as (
  select
    o.person_id,
    o.event_id,
    row_number() over (
      partition by o.person_id
      order by o.end_date desc nulls last, o.start_time desc nulls last, o.event_id desc nulls last
    ) as place
  from coded_observation o
  cross join measurement_year y
  where o.value_set = 'Housing Status'
    and o.is_performed
    and o.is_survey
    and o.end_date <= y.last_day
),
found as (
  select
    p.person_id,
    'older' as test,
    cast(null as bigint) as event_id
  from measured_person p
  cross join look_back l
  where p.age_at_end >= l.older_age
  union all
  select
    r.person_id,
    'frail' as test,
    r.event_id
  from coded_order r
  cross join measurement_year y
  where r.kind = 'device'
    and r.value_set = 'Frailty Device'
    and r.is_ordered
    and r.authored_date >= y.first_day
    and r.authored_date <= y.last_day
  union all
  select
    o.person_id,
    'frail' as test,
    o.event_id
  from coded_observation o
  join coded_event used
    on used.person_id = o.person_id
    and used.event_id = o.event_id
    and used.field = 'observation_value'
    and used.value_set = 'Frailty Device'
  cross join measurement_year y
  where o.value_set = 'Medical Equipment Used'
    and o.is_performed
    and o.is_survey
    and o.end_date >= y.first_day
    and o.end_date <= y.last_day
  union all
  select
    c.person_id,
    'frail' as test,
    c.event_id
  from coded_condition c
  cross join measurement_year y
  where c.value_set = 'Frailty Diagnosis'
    and c.is_verified
    and (c.prevails_from is null or c.prevails_from <= y.last_day)
    and (c.prevails_to is null or c.prevails_to >= y.first_day)
  union all
  select
    e.person_id,
    'frail' as test,
    e.event_id
  from coded_encounter e
  cross join measurement_year y
  where e.value_set = 'Frailty Encounter'
    and e.start_date <= y.last_day
    and (e.end_date is null or e.end_date >= y.first_day)
  union all
  select
    o.person_id,
    'frail' as test,
    o.event_id
  from coded_observation o
  cross join measurement_year y
  where o.value_set = 'Frailty Symptom'
    and (o.is_performed or o.status = 'preliminary')
    and o.start_date <= y.last_day
    and (o.end_date is null or o.end_date >= y.first_day)
  union all
  select
    c.person_id,
    'advanced_illness' as test,
    c.event_id
  from coded_condition c
  cross join measurement_year y
  cross join look_back l
  where c.value_set = 'Advanced Illness'
    and c.is_verified
    and c.prevails_from >= add_months(y.first_day, -l.advanced_illness_months)
    and c.prevails_from <= y.last_day
  union all
  select
    r.person_id,
    'advanced_illness' as test,
    r.event_id
  from coded_order r
  cross join measurement_year y
  cross join look_back l
  where r.kind = 'medication'
    and r.value_set = 'Dementia Medications'
    and r.status = 'active'
    and r.is_ordered
    and r.supply_start_date <= y.last_day
    and r.supply_end_date >= add_months(y.first_day, -l.advanced_illness_months)
  union all
  select
    h.person_id,
    'nursing_home' as test,
    h.event_id
  from housing h
  join coded_event home
    on home.person_id = h.person_id
    and home.event_id = h.event_id
    and home.field = 'observation_value'
    and home.value_set = 'Lives in a Nursing Home'
  where h.place = 1
)
select distinct
  person_id,
  test,
  event_id
from found
