-- purpose: months in which claims can tell everything of a person: Parts A and B, not managed
-- grain: one row a person and covered month
-- scope: person
-- inputs: coverage, calendar_month
-- cite: CMS Chronic Conditions Warehouse algorithms, coverage criteria
-- made: on demand
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   month_number: calendar year times 12 plus month
--
-- coverage                                    covered_month
-- | calendar_year | part_a_mask | part_b |  | month_number |
-- | 2024          | 3           | 1      |  | 24289        |
select
  v.person_id,
  v.calendar_year * 12 + k.calendar_month as month_number
from coverage v
cross join calendar_month k
where (v.part_a_mask & v.part_b_mask & k.month_mask) > 0
  and (v.medicare_advantage_mask & k.month_mask) = 0
