-- purpose: how payments for a month came to be known, month after month
-- grain: one row an incurred month and age in months
-- scope: population
-- inputs: payment_month, population
-- cite: 42 CFR 425.652(a)(1) (completion)
-- added: amount
-- columns:
--   incurred_month: first day of the month the claim was incurred in (its last day counts)
--   age: months between the incurred month and the month it became known
--   amount: payments of assigned people known at this age (USD)
--
-- All payments of assigned people that count or would, had they been known in time.
--
-- payment_month                                completion_triangle
-- | incurred_month | known_month | amount |  | incurred_month | age | amount |
-- | 2024-01-01     | 2024-01-01  |  60.00 |  | 2024-01-01     |   0 |  60.00 |
-- | 2024-01-01     | 2024-03-01  |  40.00 |  | 2024-01-01     |   2 |  40.00 |
with aged as (
  select
    y.incurred_month,
    greatest(
      12 * (year(y.known_month) - year(y.incurred_month))
        + month(y.known_month) - month(y.incurred_month),
      0) as age,
    y.amount
  from payment_month y
  join population q
    on q.person_id = y.person_id
    and q.period = y.period
  where coalesce(y.set_aside, 'KNOWN_LATER') = 'KNOWN_LATER'
    and q.population = 'ASSIGNED'
    and y.service_category <> 'NON_CLAIMS_PAYMENT'
)
select
  incurred_month,
  cast(age as int) as age,
  cast(sum(amount) as decimal(18, 2)) as amount
from aged
group by incurred_month, age
