-- purpose: every line of every capitation run: months paid first, and adjustments of earlier months
-- grain: one row a capitation run, member, plan and month whose amount the run changes
-- scope: population
-- inputs: roster_status, span_month
-- cite: the contract's clauses on the capitation rate and retroactive changes
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   plan: the plan of the roster; empty where it has one
--   run_number: the capitation run, from 1
--   month_number: the month that is paid or adjusted, from 1
--   kind: ORIGINAL for the month of the run, ADJUSTMENT for an earlier one
--   amount: what the run pays for the month beyond what earlier runs paid (USD); may be negative
--
-- A run is never changed: what is learned later is a line of a later run, for the original month at
-- the original rate.
--
-- roster_status                         capitation_line
-- | first_month | learned_in | amount |  | run_number | month_number | kind       | amount  |
-- |           2 |          2 | 991.00 |  |          2 |            2 | ORIGINAL   |  991.00 |
-- |           2 |          3 |   0.00 |  |          3 |            2 | ADJUSTMENT | -991.00 |
select
  s.person_id,
  s.plan,
  cast(greatest(s.learned_in, m.month_number) as int) as run_number,
  m.month_number,
  case when s.learned_in <= m.month_number then 'ORIGINAL' else 'ADJUSTMENT' end as kind,
  cast(s.amount - s.amount_before as decimal(18, 2)) as amount
from roster_status s
join span_month m
  on m.first_month = s.first_month
  and m.last_month = s.last_month
where s.amount <> s.amount_before
