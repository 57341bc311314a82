-- purpose: encounters of the value sets that took place
-- grain: one row an encounter and value set
-- scope: person
-- inputs: encounter, coded_event
-- cite: Status library 1.15.000, encounter performed
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   value_set: name of the value set of its type
--   start_date: first day; null: not known
--   start_time: time of that day (milliseconds), if known
--   end_date: last day; null: it has not ended
--   end_time: time of that day (milliseconds), if known
--
-- encounter:  A | 3 | finished  | 2026-02-01 | 2026-02-01    coded: 3 | Office Visit
--             A | 4 | cancelled | 2026-02-02 | 2026-02-02    coded: 4 | Office Visit
-- the result: A | 3 | Office Visit | 2026-02-01 | 2026-02-01
select
  e.person_id,
  e.event_id,
  v.value_set,
  e.start_date,
  e.start_time,
  e.end_date,
  e.end_time
from encounter e
join coded_event v
  on v.event_id = e.event_id
  and v.field = 'encounter_type'
where e.status = 'finished'
