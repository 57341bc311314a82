-- purpose: what the benchmark and the settlement are computed from
-- grain: one row a period, alignment and entitlement with at least one month
-- scope: population
-- inputs: aligned_person
-- cite: ACO REACH financial operating guide
-- columns:
--   period: the period of the contract, PY or BY1 to BY3
--   alignment: VOLUNTARY or CLAIMS
--   entitlement: AGED_DISABLED or ESRD; null where no enrolment tells it
--   people: people with a month
--   months: months that count
--   months_without_rate: months whose county the rate book does not have
--   months_without_charge: months whose county has no stop-loss charge
--   months_without_score: months of people without a score of their own
--   equity_months_added: months in the group whose benchmark is raised
--   equity_months_taken: months in the group whose benchmark is lowered
--   regional_amount: the county rates of the months, added up (USD)
--   stop_loss_charge: the county charges of the months, added up (USD)
--   paid_amount: what was paid (USD)
--   reduced_amount: what the model took off the claims (USD)
--   excluded_amount: what does not count of what was paid (USD)
--   amount: what counts as expenditure (USD)
--   stop_loss_payout: what the bands of stop-loss give, before neutrality (USD)
--
-- aligned_person                     alignment_total
-- | months | amount |                | people | months | amount |
-- |      2 | 300.00 |                |      2 |     14 | 500.00 |
-- |     12 | 200.00 |
select
  period,
  alignment,
  entitlement,
  count(*) as people,
  cast(sum(months) as bigint) as months,
  cast(sum(months_without_rate) as bigint) as months_without_rate,
  cast(sum(months_without_charge) as bigint) as months_without_charge,
  cast(sum(case when risk_score is null then months else 0 end) as bigint) as months_without_score,
  cast(sum(equity_months_added) as bigint) as equity_months_added,
  cast(sum(equity_months_taken) as bigint) as equity_months_taken,
  cast(sum(regional_amount) as decimal(18, 2)) as regional_amount,
  cast(sum(stop_loss_charge) as decimal(18, 2)) as stop_loss_charge,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(reduced_amount) as decimal(18, 2)) as reduced_amount,
  cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount,
  cast(sum(amount) as decimal(18, 2)) as amount,
  cast(sum(stop_loss_payout) as decimal(18, 2)) as stop_loss_payout
from aligned_person
group by period, alignment, entitlement
