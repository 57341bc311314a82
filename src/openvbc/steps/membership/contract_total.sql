-- purpose: the totals of a contract that its settlement is computed from
-- grain: one row
-- scope: population
-- inputs: member_month, member_spending
-- cite: the contract's clauses on its population and what counts as spending
-- columns:
--   members: members with at least one month
--   members_in_feeds: members whom a claim feed names
--   member_months: months of membership
--   spending: what was paid for the months of membership (USD)
--   over_stop_loss: the part of a member's spending above the stop-loss threshold (USD)
--
-- member_month                  member_spending          contract_total
-- | person_id | member_months | | person_id | spending | | members | member_months | spending |
-- | P1        |             3 | | P1        |   900.00 | |       2 |             8 |   900.00 |
-- | P2        |             5 |
select
  count(*) as members,
  count(case when m.is_in_feeds then 1 end) as members_in_feeds,
  cast(coalesce(sum(m.member_months), 0) as bigint) as member_months,
  cast(coalesce(sum(s.spending), 0) as decimal(18, 2)) as spending,
  cast(coalesce(sum(s.over_stop_loss), 0) as decimal(18, 2)) as over_stop_loss
from member_month m
left join member_spending s on s.person_id = m.person_id
