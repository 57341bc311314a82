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
    c.first_run
  from roster_change c
  left join person_identifier i on i.member_id = c.member_id
),
touched as (
  select
    c.change_number,
    c.person_id,
    c.is_in_feeds,
    c.plan,
    c.is_addition,
    c.rate_cell,
    c.area,
    c.risk_score,
    m.month_number,
    greatest(c.first_run, m.month_number) as run_number
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
),
latest as (
  select
    t.person_id,
    t.is_in_feeds,
    t.plan,
    t.is_addition,
    t.rate_cell,
    t.area,
    t.risk_score,
    t.month_number,
    t.run_number,
    row_number() over (
      partition by t.person_id, t.plan, t.month_number, t.run_number
      order by t.change_number desc nulls last
    ) as place
  from touched t
  cross join capitation_term y
  where t.run_number - t.month_number <= y.retroactive_months
)
select
  l.person_id,
  l.is_in_feeds,
  l.plan,
  cast(l.month_number as int) as month_number,
  cast(l.run_number as int) as run_number,
  l.is_addition as is_member,
  case when l.is_addition then l.rate_cell end as rate_cell,
  case when l.is_addition then l.area end as area,
  case when l.is_addition then l.risk_score end as risk_score,
  cast(case
    when l.is_addition then r.rate
      * (case when y.is_risk_adjusted then l.risk_score else cast(1 as decimal(9, 6)) end)
      - y.carve_out_per_month
    else 0 end as decimal(18, 2)) as amount
from latest l
cross join capitation_term y
left join capitation_rate r
  on r.rate_cell = l.rate_cell
  and r.area = l.area
where l.place = 1
