-- purpose: every payment record of the store, used or set aside with its reason
-- grain: one row a period, service category and reason
-- scope: population
-- inputs: payment_month
-- cite: 42 CFR 425.652(a)(1)
-- added: records, paid_amount, excluded_amount, amount
-- columns:
--   period: the period of the contract, for example PY or BY3
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   set_aside: why the payment does not count; null for one that does
--   records: payment records
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   excluded_amount: what comes off the payments: IME, DSH and uncompensated care (USD)
--   amount: what counts as expenditure (USD, signed)
--
-- Rows add up to the rows of the store. period is null outside the measured years, set_aside is
-- null for what counts.
--
-- payment_month                     payment_reconciliation
-- | set_aside   | records |  | set_aside   | records | paid_amount |
-- | KNOWN_LATER |       3 |  | KNOWN_LATER |       3 |      120.00 |
select
  period,
  service_category,
  set_aside,
  cast(sum(records) as bigint) as records,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount,
  cast(sum(amount) as decimal(18, 2)) as amount
from payment_month
group by period, service_category, set_aside
