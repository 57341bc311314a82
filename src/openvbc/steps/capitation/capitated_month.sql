-- purpose: the months of membership as the last capitation run knows them
-- grain: one row a member and month
-- scope: population
-- inputs: roster_status, span_month
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
-- roster_status                                     capitated_month
-- | person_id | first_month | last_month | is_member |  | person_id | month_number |
-- | P1        |           1 |          2 | true      |  | P1        |            1 |
-- | P2        |           2 |          2 | false     |  | P1        |            2 |
select
  s.person_id,
  s.is_in_feeds,
  s.plan,
  m.month_number,
  s.rate_cell,
  s.area,
  s.risk_score,
  s.amount
from roster_status s
join span_month m
  on m.first_month = s.first_month
  and m.last_month = s.last_month
where s.is_latest
  and s.is_member
