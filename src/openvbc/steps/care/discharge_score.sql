-- purpose: points of a discharge, part by part
-- grain: one row an as-of date, hospital episode, score and part
-- scope: person
-- inputs: discharge_part, score_band
-- cite: van Walraven et al. 2010 (LACE); Donze et al. 2013 (HOSPITAL)
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   episode_number: number of the chain of stays within person and as-of date
--   score: LACE or HOSPITAL
--   part: part of the score
--   part_value: its value: days, 0 or 1, points or visits
--   points: points of the part
--
-- discharge_part                     discharge_score
-- | part           | part_value |  | part           | points |
-- | LENGTH_OF_STAY | 5          |  | LENGTH_OF_STAY | 4      |
select
  d.as_of,
  d.person_id,
  d.episode_number,
  d.score,
  d.part,
  d.part_value,
  b.points
from discharge_part d
join score_band b
  on b.score = d.score
  and b.part = d.part
  and d.part_value >= b.low
  and (b.below is null or d.part_value < b.below)
