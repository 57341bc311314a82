-- purpose: coverage with the months of another contract marked as those of another initiative
-- grain: one row a person and calendar year
-- scope: person
-- inputs: coverage, month_elsewhere
-- cite: 42 CFR 425.401(a); ACO REACH alignment eligibility
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   calendar_year: the year
--   part_a_mask: months with Part A, as bits, January is 1, February 2, March 4
--   part_b_mask: months with Part B
--   medicare_advantage_mask: months in Medicare Advantage, a cost plan or PACE
--   other_initiative_mask: months in another initiative
--   dual_mask: months with Medicare and Medicaid
--
-- coverage                            month_elsewhere            coverage_elsewhere
-- | person_id | other_initiative_mask |  | person_id | month_mask |  | other_initiative_mask |
-- | P1        |                     0 |  | P1        |          3 |  |                     3 |
select
  c.person_id,
  c.calendar_year,
  c.part_a_mask,
  c.part_b_mask,
  c.medicare_advantage_mask,
  cast(coalesce(c.other_initiative_mask, 0) | coalesce(m.month_mask, 0) as int)
    as other_initiative_mask,
  c.dual_mask
from coverage c
left join month_elsewhere m
  on m.person_id = c.person_id
  and m.calendar_year = c.calendar_year
