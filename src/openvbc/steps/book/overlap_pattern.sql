-- purpose: every order of contracts that occurs in a month, with how many people
-- grain: one row a month and signature
-- scope: population
-- inputs: contract_overlap
-- cite: rules/book/overlap.csv
-- columns:
--   bit: the month, January is 1, February 2, March 4
--   signature: the contracts of the month in the order of credit, as one number
--   contracts: how many contracts hold the month
--   people: people with this order in the month
--
-- contract_overlap                    overlap_pattern
-- | person_id | bit | signature |     | bit | signature | people |
-- | P1        |   1 |       201 |     |   1 |       201 |      2 |
-- | P2        |   1 |       201 |
select
  bit,
  signature,
  contracts,
  cast(count(*) as bigint) as people
from contract_overlap
group by bit, signature, contracts
