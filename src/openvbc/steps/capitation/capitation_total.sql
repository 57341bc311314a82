-- purpose: the totals of a capitation contract that its settlement is computed from
-- grain: one row
-- scope: population
-- inputs: capitated_month, capitation_line, member_expense, kick_event
-- cite: the contract's clauses on revenue and expense
-- columns:
--   members: members with at least one month
--   members_in_feeds: members whom a claim feed names
--   member_months: months of membership
--   revenue: sum of the lines of all capitation runs (USD)
--   adjustments: the part of it that is adjustments of earlier months (USD)
--   kick_events: events that are paid once
--   kick_payments: what is paid for them (USD)
--   group_expense: expense in the group's fund (USD)
--   hospital_expense: expense in the hospital fund (USD)
--   shared_expense: expense in the shared fund (USD)
--   plan_expense: expense that stays the plan's (USD)
--   not_divided: expense no fund or two funds hold (USD)
--   at_risk: the expense at risk (USD)
--   stop_loss_recovery: what specific stop-loss gives back (USD)
--
-- capitated_month     capitation_line       capitation_total
-- | person_id |       | amount  |           | members | member_months | revenue |
-- | P1        |       |  991.00 |           |       1 |             1 |  991.00 |
with month_sum as (
  select
    count(distinct person_id) as members,
    count(distinct case when is_in_feeds then person_id end) as members_in_feeds,
    count(*) as member_months
  from capitated_month
),
line_sum as (
  select
    cast(coalesce(sum(amount), 0) as decimal(18, 2)) as revenue,
    cast(coalesce(sum(case when kind = 'ADJUSTMENT' then amount else 0 end), 0)
      as decimal(18, 2)) as adjustments
  from capitation_line
),
kick_sum as (
  select
    count(*) as kick_events,
    cast(coalesce(sum(amount), 0) as decimal(18, 2)) as kick_payments
  from kick_event
),
expense_sum as (
  select
    cast(coalesce(sum(group_expense), 0) as decimal(18, 2)) as group_expense,
    cast(coalesce(sum(hospital_expense), 0) as decimal(18, 2)) as hospital_expense,
    cast(coalesce(sum(shared_expense), 0) as decimal(18, 2)) as shared_expense,
    cast(coalesce(sum(plan_expense), 0) as decimal(18, 2)) as plan_expense,
    cast(coalesce(sum(not_divided), 0) as decimal(18, 2)) as not_divided,
    cast(coalesce(sum(at_risk), 0) as decimal(18, 2)) as at_risk,
    cast(coalesce(sum(stop_loss_recovery), 0) as decimal(18, 2)) as stop_loss_recovery
  from member_expense
)
select
  m.members,
  m.members_in_feeds,
  m.member_months,
  l.revenue,
  l.adjustments,
  k.kick_events,
  k.kick_payments,
  e.group_expense,
  e.hospital_expense,
  e.shared_expense,
  e.plan_expense,
  e.not_divided,
  e.at_risk,
  e.stop_loss_recovery
from month_sum m
cross join line_sum l
cross join kick_sum k
cross join expense_sum e
