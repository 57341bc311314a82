-- purpose: procedures of the value sets that were completed
-- grain: one row a procedure and value set
-- scope: person
-- inputs: procedure, coded_event
-- cite: Status library 1.15.000, procedure performed
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   value_set: name of the value set
--   start_date: first day; null: not known
--   start_time: time of that day (milliseconds), if known
--   end_date: last day; null: it has not ended
--   end_time: time of that day (milliseconds), if known
--
-- procedure:  A | 9 | completed | 2020-05-01     coded: 9 | Colonoscopy
-- the result: A | 9 | Colonoscopy | 2020-05-01 | 2020-05-01
select
  p.person_id,
  p.event_id,
  v.value_set,
  p.start_date,
  p.start_time,
  p.end_date,
  p.end_time
from procedure p
join coded_event v
  on v.event_id = p.event_id
  and v.field = 'procedure_code'
where p.status = 'completed'
