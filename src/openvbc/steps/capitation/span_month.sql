-- purpose: the months of every span of months that a status holds for, found once for all members
-- grain: one row a span and month in it
-- scope: population
-- inputs: roster_status, capitation_month
-- cite: the contract's clause on its roster
-- columns:
--   first_month: first month of the span, from 1
--   last_month: its last
--   month_number: a month in it
--
-- roster_status                  span_month
-- | first_month | last_month |   | first_month | last_month | month_number |
-- |           1 |          2 |   |           1 |          2 |            1 |
-- |           1 |          2 |   |           1 |          2 |            2 |
select
  s.first_month,
  s.last_month,
  m.month_number
from (
  select distinct first_month, last_month
  from roster_status
) s
join capitation_month m
  on m.month_number >= s.first_month
  and m.month_number <= s.last_month
