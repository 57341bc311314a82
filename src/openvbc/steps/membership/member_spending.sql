-- purpose: what was paid for each member's care in the months of membership
-- grain: one row a member with a claim that counts
-- scope: person
-- inputs: member_month, contract_year, contract_month, institutional_claim, professional_line
-- cite: the contract's clauses on what counts as spending, run-out and stop-loss
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   spending: what was paid for the months of membership (USD)
--   over_stop_loss: the part of a member's spending above the stop-loss threshold (USD)
--
-- A claim is incurred on its last day (a professional line on its own). Amounts are signed:
-- cancellations are rows, so a sum is right whatever they cancel. Denied claims count for nothing,
-- claims known after the run-out do not count.
--
-- institutional_claim                          member_spending
-- | person_id | claim_end_date | paid_amount |  | person_id | spending | over_stop_loss |
-- | P1        | 2025-02-03     |      900.00 |  | P1        |   900.00 |           0.00 |
with payment as (
  select
    person_id,
    claim_end_date as incurred_on,
    coalesce(load_date, claim_end_date) as known_on,
    paid_amount
  from institutional_claim
  where not is_denied
  union all
  select
    person_id,
    coalesce(claim_line_end_date, claim_end_date) as incurred_on,
    coalesce(load_date, claim_line_end_date, claim_end_date) as known_on,
    paid_amount
  from professional_line
  where not is_denied
),
counted as (
  select
    m.person_id,
    cast(sum(y.paid_amount) as decimal(18, 2)) as spending
  from payment y
  join member_month m on m.person_id = y.person_id
  cross join contract_year c
  join contract_month t
    on y.incurred_on >= t.first_day
    and y.incurred_on <= t.last_day
  where (m.month_mask & t.bit) <> 0
    and y.known_on <= c.known_by
  group by m.person_id
)
select
  k.person_id,
  k.spending,
  cast(case
    when k.spending > c.stop_loss_threshold then k.spending - c.stop_loss_threshold
    else 0 end as decimal(18, 2)) as over_stop_loss
from counted k
cross join contract_year c
