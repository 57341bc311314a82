-- purpose: what counts of the payments for a person, by enrollment type and service category
-- grain: one row a person, period, enrollment type and service category
-- scope: person
-- inputs: payment_month
-- cite: 42 CFR 425.602(a)(1), 425.652(a)(1)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   excluded_amount: what comes off the payments: IME, DSH and uncompensated care (USD)
--   amount: what counts as expenditure (USD, signed)
--
-- payment_month                              person_payment
-- | person | service_category | amount |    | person | service_category | amount |
-- | A      | OUTPATIENT       | 100.00 |    | A      | OUTPATIENT       | 140.00 |
-- | A      | OUTPATIENT       |  40.00 |
select
  person_id,
  period,
  enrollment_type,
  service_category,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount,
  cast(sum(amount) as decimal(18, 2)) as amount
from payment_month
where set_aside is null
group by person_id, period, enrollment_type, service_category
