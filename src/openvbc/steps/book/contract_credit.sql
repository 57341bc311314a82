-- purpose: the months of each member that a contract gets the credit for
-- grain: one row a contract and member
-- scope: population
-- inputs: contract_member, contract_overlap, overlap_credit
-- cite: rules/book/overlap.csv
-- columns:
--   contract_number: the contract's number in the book
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   month_mask: months of membership as bits
--   member_months: months of membership
--   credited_mask: months credited as bits
--   credited_months: months credited
--
-- contract_member                              contract_credit (month 1 went to another contract)
-- | contract_number | person_id | month_mask | | contract_number | month_mask | credited_mask |
-- |               1 | P1        |          3 | |               1 |          3 |             2 |
with lost as (
  select
    c.contract_number,
    o.person_id,
    cast(sum(o.bit) as int) as lost_mask,
    cast(count(*) as int) as lost_months
  from contract_overlap o
  join overlap_credit c
    on c.bit = o.bit
    and c.signature = o.signature
  where not c.is_credited
  group by c.contract_number, o.person_id
)
select
  m.contract_number,
  m.person_id,
  m.is_in_feeds,
  m.month_mask,
  m.member_months,
  m.month_mask - coalesce(l.lost_mask, 0) as credited_mask,
  m.member_months - coalesce(l.lost_months, 0) as credited_months
from contract_member m
left join lost l
  on l.contract_number = m.contract_number
  and l.person_id = m.person_id
