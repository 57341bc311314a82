-- purpose: visits of adults to an outpatient practice, wholly inside the year
-- grain: one row a visit
-- scope: person
-- inputs: coded_encounter, measurement_year
-- cite: Adult Outpatient Encounters library 4.19.000
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the encounter
--
-- coded_encounter: A | 3 | Office Visit | 2026-02-01 | 2026-02-01
-- the result:      A | 3
select distinct
  e.person_id,
  e.event_id
from coded_encounter e
cross join measurement_year y
where e.value_set in (
    'Office Visit',
    'Annual Wellness Visit',
    'Preventive Care Services Established Office Visit, 18 and Up',
    'Preventive Care Services Initial Office Visit, 18 and Up',
    'Home Healthcare Services',
    'Virtual Encounter',
    'Telephone Visits'
  )
  and e.start_date >= y.first_day
  and e.end_date <= y.last_day
