-- purpose: spending of the assigned people month by month, as known by the period's date
-- grain: one row a period, incurred month, enrollment type and service category
-- scope: population
-- inputs: payment_month, population
-- cite: 42 CFR 425.652(a)(1)
-- added: amount
-- columns:
--   period: the period of the contract, for example PY or BY3
--   incurred_month: first day of the month the claim was incurred in (its last day counts)
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   amount: what counts as expenditure (USD, signed)
--
-- payment_month                       monthly_tracking
-- | incurred_month | amount |  | incurred_month | amount |
-- | 2024-01-01     |  80.00 |  | 2024-01-01     | 100.00 |
-- | 2024-01-01     |  20.00 |
select
  y.period,
  y.incurred_month,
  y.enrollment_type,
  y.service_category,
  cast(sum(y.amount) as decimal(18, 2)) as amount
from payment_month y
join population q
  on q.person_id = y.person_id
  and q.period = y.period
where y.set_aside is null
  and q.population = 'ASSIGNED'
group by y.period, y.incurred_month, y.enrollment_type, y.service_category
