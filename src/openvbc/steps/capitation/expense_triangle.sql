-- purpose: how the expense at risk of each month became known, month after month
-- grain: one row an incurred month and age in months
-- scope: population
-- inputs: fund_line, capitation_month, capitation_term
-- cite: the contract's clause on expense (completion)
-- columns:
--   incurred_month: first day of the month the line is incurred in
--   age: months between the incurred month and the month the line became known
--   amount: expense at risk known at this age (USD)
--
-- fund_line                                          expense_triangle
-- | month_number | known_month | fund  | expense |   | incurred_month | age | amount |
-- |            1 | 2025-03-01  | GROUP |  100.00 |   | 2025-01-01     |   2 | 100.00 |
with at_risk as (
  select
    t.first_day as incurred_month,
    greatest(
      12 * (year(l.known_month) - year(t.first_day)) + month(l.known_month) - month(t.first_day),
      0) as age,
    l.expense * (case
      when l.fund = 'GROUP' then y.group_fund_share
      when l.fund = 'HOSPITAL' then y.hospital_fund_share
      when l.fund = 'SHARED' then y.shared_fund_share
      else cast(0 as decimal(9, 6)) end) as amount
  from fund_line l
  join capitation_month t on t.month_number = l.month_number
  cross join capitation_term y
)
select
  incurred_month,
  cast(age as int) as age,
  cast(sum(amount) as decimal(18, 2)) as amount
from at_risk
group by incurred_month, age
