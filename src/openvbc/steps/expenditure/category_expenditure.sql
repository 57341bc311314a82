-- purpose: expenditure of a population by service category, neither completed nor cut off
-- grain: one row a population, period, enrollment type and service category
-- scope: population
-- inputs: person_payment, population
-- cite: CMS Shared Savings Program expenditure and utilization reports
-- added: paid_amount, excluded_amount, amount, persons
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   excluded_amount: what comes off the payments: IME, DSH and uncompensated care (USD)
--   amount: what counts as expenditure (USD, signed)
--   persons: people with a payment in the category
--
-- person_payment                                   category_expenditure
-- | person | service_category | paid   | amount |  | service_category | amount | persons |
-- | A      | OUTPATIENT       | 140.00 | 140.00 |  | OUTPATIENT       | 190.00 |       2 |
-- | B      | OUTPATIENT       |  50.00 |  50.00 |
select
  q.population,
  y.period,
  y.enrollment_type,
  y.service_category,
  cast(sum(y.paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(y.excluded_amount) as decimal(18, 2)) as excluded_amount,
  cast(sum(y.amount) as decimal(18, 2)) as amount,
  count(*) as persons
from person_payment y
join population q
  on q.person_id = y.person_id
  and q.period = y.period
group by q.population, y.period, y.enrollment_type, y.service_category
