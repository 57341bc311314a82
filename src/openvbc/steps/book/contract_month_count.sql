-- purpose: members of each contract of a book in each month, and those it is credited for
-- grain: one row a contract and month with a member
-- scope: population
-- inputs: contract_credit, contract_month
-- cite: each contract's clause on its population
-- columns:
--   contract_number: the contract's number in the book
--   bit: the month, January is 1, February 2, March 4
--   members: members in the month
--   credited_members: members the contract gets the credit for
--
-- contract_credit                                    contract_month_count
-- | contract_number | month_mask | credited_mask |   | contract_number | bit | members |
-- |               1 |          3 |             2 |   |               1 |   1 |       1 |
-- |               2 |          1 |             1 |   |               1 |   2 |       1 |
--                                                    |               2 |   1 |       1 |
select
  m.contract_number,
  c.bit,
  count(*) as members,
  count(case when (m.credited_mask & c.bit) <> 0 then 1 end) as credited_members
from contract_credit m
join contract_month c on (m.month_mask & c.bit) <> 0
group by m.contract_number, c.bit
