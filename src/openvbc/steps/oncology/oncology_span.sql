-- purpose: days around what may begin an episode; outpatient claims of other days are not needed
-- grain: one row a candidate episode
-- scope: person
-- inputs: oncology_candidate
-- cite: nothing is decided here, work is saved
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   first_day: first day that any rule looks at
--   last_day: last day that any rule looks at
--
-- oncology_candidate                triggered_span
-- | 6-1 | 2024-02-01 to 2024-07-31 | | 2024-02-01 | 2024-07-31 |
select distinct
  person_id,
  first_day,
  last_day
from oncology_candidate
