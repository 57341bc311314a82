-- purpose: what the roster said of each member and month, as each capitation run knew it
-- grain: one row a member, plan, month and capitation run that learned something of the month
-- scope: population
-- inputs: roster_change, capitation_month, capitation_term, capitation_rate, person_identifier
-- cite: the contract's clauses on its roster, the capitation rate and retroactive changes
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   plan: the plan of the roster; empty where it has one
--   month_number: the month, from 1
--   run_number: the capitation run that learned it, from 1; the run of a month pays it first
--   is_member: whether the person is a member in the month
--   rate_cell: the rate cell of the roster; empty where it is no member
--   area: the area of the roster; empty where it is no member
--   risk_score: the risk score of the roster
--   amount: capitation of the month (USD); zero where it is no member
--   amount_before: what it was when an earlier run last learned something (USD)
--   is_latest: whether no later run learned something of the month
--
-- An addition says something of the months from its first to its last day, a termination of those
-- that begin after its last day. What is received later stands in place of what was before. A
-- change that reaches further back than the contract allows says nothing of that month. A
-- termination ends months of its own plan.
--
-- roster_change (received for run 3)        roster_status
-- | member_id | action      | last_day   |  | person_id | month_number | run_number | amount |
-- | M1        | TERMINATION | 2025-01-31 |  | P1        |            2 |          3 |   0.00 |
with change as (
  select
    c.change_number,
    coalesce(i.person_id, c.member_id) as person_id,
    i.person_id is not null as is_in_feeds,
    c.plan,
    c.is_addition,
    c.first_day,
    c.last_day,
    c.rate_cell,
    c.area,
    c.risk_score,
    c.first_run,
    cast(case
      when c.is_addition then r.rate
        * (case when y.is_risk_adjusted then c.risk_score else cast(1 as decimal(9, 6)) end)
        - y.carve_out_per_month
      else 0 end as decimal(18, 2)) as amount,
    y.retroactive_months
  from roster_change c
  cross join capitation_term y
  left join person_identifier i on i.member_id = c.member_id
  left join capitation_rate r
    on r.rate_cell = c.rate_cell
    and r.area = c.area
),
latest as (
  select
    c.person_id,
    c.plan,
    m.month_number,
    greatest(c.first_run, m.month_number) as run_number,
    max(c.change_number) as change_number
  from change c
  join capitation_month m
    on (
      c.is_addition
      and m.first_day >= c.first_day
      and m.first_day <= c.last_day
    )
    or (
      not c.is_addition
      and m.first_day > c.last_day
    )
  where greatest(c.first_run, m.month_number) - m.month_number <= c.retroactive_months
  group by c.person_id, c.plan, m.month_number, greatest(c.first_run, m.month_number)
)
select
  l.person_id,
  c.is_in_feeds,
  l.plan,
  cast(l.month_number as int) as month_number,
  cast(l.run_number as int) as run_number,
  c.is_addition as is_member,
  case when c.is_addition then c.rate_cell end as rate_cell,
  case when c.is_addition then c.area end as area,
  case when c.is_addition then c.risk_score end as risk_score,
  c.amount,
  coalesce(lag(c.amount) over (
    partition by l.person_id, l.plan, l.month_number
    order by l.run_number nulls last
  ), 0) as amount_before,
  lead(l.run_number) over (
    partition by l.person_id, l.plan, l.month_number
    order by l.run_number nulls last
  ) is null as is_latest
from latest l
join change c
  on c.change_number = l.change_number
  and c.person_id = l.person_id
