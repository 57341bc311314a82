-- purpose: what was spent on each member in the months of membership, and in the months credited
-- grain: one row a contract and member with a payment that counts
-- scope: population
-- inputs: contract_credit, book_contract, paid_month
-- cite: each contract's clauses on what counts as spending and on stop-loss
-- columns:
--   contract_number: the contract's number in the book
--   person_id: the person, by the identifier the claim store gives
--   spending: paid for the months of membership (USD)
--   over_stop_loss: the part of it above the stop-loss threshold (USD)
--   credited_spending: paid for the months credited (USD)
--   credited_over_stop_loss: the part of it above the stop-loss threshold (USD)
--
-- contract_credit (90.00 paid in each month)         contract_spending
-- | contract_number | month_mask | credited_mask |   | spending | credited_spending |
-- |               1 |          3 |             2 |   |   180.00 |             90.00 |
with paid as (
  select
    person_id,
    bit,
    known_by,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount
  from paid_month
  group by person_id, bit, known_by
),
counted as (
  select
    m.contract_number,
    m.person_id,
    b.stop_loss_threshold,
    cast(sum(p.paid_amount) as decimal(18, 2)) as spending,
    cast(coalesce(sum(
      case when (m.credited_mask & p.bit) <> 0 then p.paid_amount end
    ), 0) as decimal(18, 2)) as credited_spending
  from contract_credit m
  join book_contract b on b.contract_number = m.contract_number
  join paid p
    on p.person_id = m.person_id
    and p.known_by = b.known_by
  where (m.month_mask & p.bit) <> 0
  group by m.contract_number, m.person_id, b.stop_loss_threshold
)
select
  contract_number,
  person_id,
  spending,
  cast(case
    when spending > stop_loss_threshold then spending - stop_loss_threshold
    else 0 end as decimal(18, 2)) as over_stop_loss,
  credited_spending,
  cast(case
    when credited_spending > stop_loss_threshold then credited_spending - stop_loss_threshold
    else 0 end as decimal(18, 2)) as credited_over_stop_loss
from counted
