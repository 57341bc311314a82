-- purpose: payments of assigned people that became known after the period's date
-- grain: one row a period and month in which they became known
-- scope: population
-- inputs: payment_month, population
-- cite: 42 CFR 425.652(a)(1) (completion)
-- added: amount
-- columns:
--   period: the period of the contract, for example PY or BY3
--   known_month: first day of the month in which the payment became known
--   amount: payments that would count had they been known in time (USD, signed)
--
-- payment_month                            late_payment
-- | set_aside   | known_month | amount |  | known_month | amount |
-- | KNOWN_LATER | 2025-05-01  |  40.00 |  | 2025-05-01  |  40.00 |
select
  y.period,
  y.known_month,
  cast(sum(y.amount) as decimal(18, 2)) as amount
from payment_month y
join population q
  on q.person_id = y.person_id
  and q.period = y.period
  and q.population = 'ASSIGNED'
where y.set_aside = 'KNOWN_LATER'
group by y.period, y.known_month
