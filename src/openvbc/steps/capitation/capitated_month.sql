-- purpose: the months of membership as the last capitation run knows them
-- grain: one row a member and month
-- scope: population
-- inputs: roster_status
-- cite: the contract's clause on its roster
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   plan: the plan of the roster; empty where it has one
--   month_number: the month, from 1
--   rate_cell: the rate cell of the roster
--   area: the area of the roster
--   risk_score: the risk score of the roster
--   amount: capitation of the month (USD)
--
-- roster_status                                    capitated_month
-- | person_id | month_number | run_number | is_member |  | person_id | month_number |
-- | P1        |            1 |          1 | true      |  | P1        |            1 |
-- | P1        |            2 |          2 | true      |
-- | P1        |            2 |          3 | false     |
select
  person_id,
  is_in_feeds,
  plan,
  month_number,
  rate_cell,
  area,
  risk_score,
  amount
from roster_status
where is_latest
  and is_member
