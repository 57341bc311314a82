-- purpose: the totals each contract of a book is settled from, all months and those credited
-- grain: one row a contract with a member
-- scope: population
-- inputs: contract_credit, contract_spending
-- cite: each contract's clauses on its population and what counts as spending
-- columns:
--   contract_number: the contract's number in the book
--   members: members with at least one month
--   members_in_feeds: members whom a claim feed names
--   credited_members: members with at least one month credited
--   member_months: months of membership
--   credited_months: months credited
--   spending: paid for the months of membership (USD)
--   over_stop_loss: the part of a member's spending above the threshold (USD)
--   credited_spending: paid for the months credited (USD)
--   credited_over_stop_loss: the part of a member's credited spending above the threshold (USD)
--
-- contract_spending                              contract_sum
-- | contract_number | person_id | spending |     | contract_number | members | spending |
-- |               1 | P1        |   180.00 |     |               1 |       2 |   200.00 |
-- |               1 | P2        |    20.00 |
select
  m.contract_number,
  count(*) as members,
  count(case when m.is_in_feeds then 1 end) as members_in_feeds,
  count(case when m.credited_months > 0 then 1 end) as credited_members,
  cast(sum(m.member_months) as bigint) as member_months,
  cast(sum(m.credited_months) as bigint) as credited_months,
  cast(coalesce(sum(s.spending), 0) as decimal(18, 2)) as spending,
  cast(coalesce(sum(s.over_stop_loss), 0) as decimal(18, 2)) as over_stop_loss,
  cast(coalesce(sum(s.credited_spending), 0) as decimal(18, 2)) as credited_spending,
  cast(coalesce(sum(s.credited_over_stop_loss), 0) as decimal(18, 2)) as credited_over_stop_loss
from contract_credit m
left join contract_spending s
  on s.contract_number = m.contract_number
  and s.person_id = m.person_id
group by m.contract_number
