-- purpose: records that show hospice or palliative care in the year
-- grain: one row a record and test
-- scope: person
-- inputs: coded_encounter, coded_event, coded_observation, coded_order, coded_procedure,
--   coded_condition, measurement_year
-- cite: Hospice library 6.18.000; Palliative Care library 1.18.000
-- made: once a bucket
-- columns:
--   person_id: the person
--   test: hospice or palliative
--   event_id: number of the record
--
-- Hospice is a stay that ended in the year with discharge to hospice; or in the year a hospice
-- encounter, a yes to the assessment of hospice care, an order or a service of ambulatory hospice
-- care, a hospice diagnosis. Palliative care is its assessment, diagnosis, encounter or service.
-- coded_encounter: A | 3 | Hospice Encounter | 2026-02-01 | 2026-02-09
-- the result:      A | hospice | 3
with span as (
  select
    e.person_id,
    e.event_id,
    e.value_set
  from coded_encounter e
  cross join measurement_year y
  where e.value_set in ('Hospice Encounter', 'Palliative Care Encounter')
    and e.start_date <= y.last_day
    and (e.end_date is null or e.end_date >= y.first_day)
  union all
  select
    p.person_id,
    p.event_id,
    p.value_set
  from coded_procedure p
  cross join measurement_year y
  where p.value_set in ('Hospice Care Ambulatory', 'Palliative Care Intervention')
    and p.start_date <= y.last_day
    and (p.end_date is null or p.end_date >= y.first_day)
  union all
  select
    c.person_id,
    c.event_id,
    c.value_set
  from coded_condition c
  cross join measurement_year y
  where c.value_set in ('Hospice Diagnosis', 'Palliative Care Diagnosis')
    and c.is_verified
    and (c.prevails_from is null or c.prevails_from <= y.last_day)
    and (c.prevails_to is null or c.prevails_to >= y.first_day)
  union all
  select
    o.person_id,
    o.event_id,
    o.value_set
  from coded_observation o
  cross join measurement_year y
  left join coded_event answer
    on answer.person_id = o.person_id
    and answer.event_id = o.event_id
    and answer.field = 'observation_value'
    and answer.value_set = 'Yes'
  where o.is_performed
    and o.is_survey
    and (
      o.value_set = 'Palliative Care Assessment'
      or (o.value_set = 'Hospice Care Assessment' and answer.event_id is not null)
    )
    and o.start_date <= y.last_day
    and (o.end_date is null or o.end_date >= y.first_day)
  union all
  select
    r.person_id,
    r.event_id,
    r.value_set
  from coded_order r
  cross join measurement_year y
  where r.value_set = 'Hospice Care Ambulatory'
    and r.kind = 'service'
    and r.is_ordered
    and r.authored_date >= y.first_day
    and r.authored_date <= y.last_day
  union all
  select
    e.person_id,
    e.event_id,
    'Hospice Encounter' as value_set
  from coded_encounter e
  join coded_event discharge
    on discharge.person_id = e.person_id
    and discharge.event_id = e.event_id
    and discharge.field = 'encounter_discharge'
    and discharge.value_set = 'Discharge to Hospice'
  cross join measurement_year y
  where e.value_set = 'Encounter Inpatient'
    and e.end_date >= y.first_day
    and e.end_date <= y.last_day
)
select distinct
  person_id,
  case when value_set like 'Hospice%' then 'hospice' else 'palliative' end as test,
  event_id
from span
