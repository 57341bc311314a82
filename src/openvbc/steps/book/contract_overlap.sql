-- purpose: the months in which a person is in several contracts of a book, and in which order
-- grain: one row a person and month with two contracts or more
-- scope: population
-- inputs: contract_member, book_contract, contract_month, order_weight
-- cite: rules/book/overlap.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   bit: the month, January is 1, February 2, March 4
--   contracts: how many contracts hold the month
--   signature: the contracts of the month in the order of credit, as one number
--
-- The order: voluntary first, then the earlier alignment, prospective, the higher precedence, the
-- number of the contract. The signature is that order written with the contracts' numbers as
-- digits, so that a month with the same contracts in the same order has the same one; who gets the
-- credit is decided once for each.
--
-- contract_member                              contract_overlap (weights 1, 100)
-- | contract_number | person_id | month_mask | | person_id | bit | contracts | signature |
-- |               1 | P1        |          3 | | P1        |   1 |         2 |       201 |
-- |               2 | P1        |          1 |
with ordered as (
  select
    m.contract_number,
    m.person_id,
    m.month_mask,
    count(*) over (partition by m.person_id) as contracts,
    row_number() over (
      partition by m.person_id
      order by
        m.is_voluntary desc nulls last,
        m.aligned_on nulls last,
        b.is_prospective desc nulls last,
        b.precedence desc nulls last,
        m.contract_number nulls last
    ) as place
  from contract_member m
  join book_contract b on b.contract_number = m.contract_number
)
select
  o.person_id,
  c.bit,
  cast(count(*) as int) as contracts,
  cast(sum(o.contract_number * w.weight) as bigint) as signature
from ordered o
join order_weight w on w.place = o.place
join contract_month c on (o.month_mask & c.bit) <> 0
where o.contracts > 1
group by o.person_id, c.bit
having count(*) > 1
