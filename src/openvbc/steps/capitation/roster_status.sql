-- purpose: what the roster said of each member's months, as each capitation run knew it
-- grain: one row a member, plan, span of months and capitation run that learned something of them
-- scope: population
-- inputs: roster_change, capitation_month, capitation_term, capitation_rate, person_identifier
-- cite: the contract's clauses on its roster, the capitation rate and retroactive changes
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   plan: the plan of the roster; empty where it has one
--   first_month: the first month it is said of, from 1
--   last_month: the last month it is said of
--   learned_in: the capitation run that learned it, from 1; a later month is paid by its own run
--   is_member: whether the person is a member in the month
--   rate_cell: the rate cell of the roster; empty where it is no member
--   area: the area of the roster; empty where it is no member
--   risk_score: the risk score of the roster
--   amount: capitation of each month (USD); zero where it is no member
--   amount_before: what it was when an earlier run last learned something (USD)
--   is_latest: whether no later run learned something of the months
--
-- An addition says something of the months from its first to its last day, a termination of those
-- that begin after its last day. What is received later stands in place of what was before. A
-- change that reaches further back than the contract allows says nothing of that month. A
-- termination ends months of its own plan. Most members have one change: what it says is all that
-- is known of their months, in one row, and its months are found once for all changes of the same
-- days; the others have a row a month, compared run by run.
--
-- roster_change (received for run 3)        roster_status
-- | member_id | action      | last_day   |  | person_id | first_month | learned_in | amount |
-- | M1        | TERMINATION | 2025-01-31 |  | P1        |           2 |          3 |   0.00 |
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
        + r.beside_risk
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
changed as (
  select person_id, plan, count(*) as changes
  from change
  group by person_id, plan
),
single as (
  select c.*, coalesce(c.first_day, c.last_day) as from_day
  from change c
  join changed h
    on h.person_id = c.person_id
    and h.plan = c.plan
  where h.changes = 1
),
span as (
  select
    s.is_addition,
    s.from_day,
    s.last_day,
    s.first_run,
    min(m.month_number) as first_month,
    max(m.month_number) as last_month
  from (
    select distinct is_addition, from_day, last_day, first_run, retroactive_months
    from single
  ) s
  join capitation_month m
    on (
      s.is_addition
      and m.first_day >= s.from_day
      and m.first_day <= s.last_day
    )
    or (
      not s.is_addition
      and m.first_day > s.last_day
    )
  where greatest(s.first_run, m.month_number) - m.month_number <= s.retroactive_months
  group by s.is_addition, s.from_day, s.last_day, s.first_run
),
told as (
  select
    c.*,
    m.month_number,
    greatest(c.first_run, m.month_number) as run_number
  from change c
  join changed h
    on h.person_id = c.person_id
    and h.plan = c.plan
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
  where h.changes > 1
    and greatest(c.first_run, m.month_number) - m.month_number <= c.retroactive_months
),
latest as (
  select person_id, plan, month_number, run_number, max(change_number) as change_number
  from told
  group by person_id, plan, month_number, run_number
),
known as (
  select
    o.person_id,
    o.is_in_feeds,
    o.plan,
    s.first_month,
    s.last_month,
    o.first_run as learned_in,
    o.is_addition,
    o.rate_cell,
    o.area,
    o.risk_score,
    o.amount,
    cast(0 as decimal(18, 2)) as amount_before,
    true as is_latest
  from single o
  join span s
    on s.is_addition = o.is_addition
    and s.from_day = o.from_day
    and s.last_day = o.last_day
    and s.first_run = o.first_run
  union all
  select
    l.person_id,
    c.is_in_feeds,
    l.plan,
    l.month_number as first_month,
    l.month_number as last_month,
    l.run_number as learned_in,
    c.is_addition,
    c.rate_cell,
    c.area,
    c.risk_score,
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
)
select
  person_id,
  is_in_feeds,
  plan,
  cast(first_month as int) as first_month,
  cast(last_month as int) as last_month,
  cast(learned_in as int) as learned_in,
  is_addition as is_member,
  case when is_addition then rate_cell end as rate_cell,
  case when is_addition then area end as area,
  case when is_addition then risk_score end as risk_score,
  amount,
  amount_before,
  is_latest
from known
