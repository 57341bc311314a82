-- purpose: diagnoses of the value sets, with the time they prevail
-- grain: one row a condition and value set
-- scope: person
-- inputs: condition, coded_event
-- cite: QI-Core common library 4.0.000, prevalence interval; verified condition
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   value_set: name of the value set
--   is_encounter_diagnosis: category encounter-diagnosis
--   is_problem: category problem-list-item or health-concern
--   is_verified: not refuted nor entered in error; nothing said counts as verified
--   prevails_from: day it began; null: from ever
--   prevails_from_time: time of that day (milliseconds), if known
--   prevails_to: day it ended; null: it has not ended
--   prevails_to_time: time of that day (milliseconds), if known
--
-- A condition that is not active and has no end has no known time and is left out.
-- condition:  A | 7 | resolved | 2020-01-01 to nothing   (left out)
--             A | 8 | active   | 2020-01-01 to nothing
-- the result: A | 8 | Hypertension | 2020-01-01 | not ended
select
  c.person_id,
  c.event_id,
  v.value_set,
  c.is_encounter_diagnosis,
  c.is_problem,
  coalesce(
    c.verification_status in ('confirmed', 'unconfirmed', 'provisional', 'differential'),
    true
  ) as is_verified,
  c.onset_date as prevails_from,
  c.onset_time as prevails_from_time,
  c.abatement_date as prevails_to,
  c.abatement_time as prevails_to_time
from condition c
join coded_event v
  on v.event_id = c.event_id
  and v.field = 'condition_code'
where c.clinical_status in ('active', 'recurrence', 'relapse')
  or c.abatement_date is not null
