-- purpose: observations of the value sets, done or cancelled
-- grain: one row an observation and value set of its code
-- scope: person
-- inputs: observation, coded_event
-- cite: Status library 1.15.000; QI-Core common library 4.0.000, latest
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   value_set: name of the value set of its code
--   status: status as given
--   is_performed: final, amended or corrected
--   is_laboratory: category laboratory
--   is_survey: category survey
--   start_date: first day; null: not known
--   start_time: time of that day (milliseconds), if known
--   end_date: last day; null: it has not ended
--   latest_date: the last day, or the first where it has not ended
--   issued_date: day of issue
--   value_kind: quantity, coded, other; null: no value
--   value_number: the quantity
--   value_unit: its unit
--   encounter: identifier of the encounter it belongs to
--   practice: whose record it is
--
-- observation: A | 5 | final | 2026-03-01 | 7.2 %   coded: 5 | HbA1c
-- the result:  A | 5 | HbA1c | performed | 2026-03-01 | quantity | 7.2 | %
select
  o.person_id,
  o.event_id,
  v.value_set,
  o.status,
  coalesce(o.status in ('final', 'amended', 'corrected'), false) as is_performed,
  o.is_laboratory,
  o.is_survey,
  o.start_date,
  o.start_time,
  o.end_date,
  coalesce(o.end_date, o.start_date) as latest_date,
  o.issued_date,
  o.value_kind,
  o.value_number,
  o.value_unit,
  o.encounter,
  o.practice
from observation o
join coded_event v
  on v.event_id = o.event_id
  and v.field = 'observation_code'
