-- purpose: what each member cost, by fund, and what lies above the deductible of specific stop-loss
-- grain: one row a member with a claim line
-- scope: person
-- inputs: fund_line, capitation_term, own_deductible
-- cite: the contract's clauses on funds and specific stop-loss
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   group_expense: expense in the group's fund (USD)
--   hospital_expense: expense in the hospital fund (USD)
--   shared_expense: expense in the shared fund (USD)
--   plan_expense: expense that stays the plan's (USD)
--   not_divided: expense no fund or two funds hold (USD)
--   at_risk: each fund's expense times the share of it that is at risk (USD)
--   stop_loss_deductible: the deductible of the member, its own where it has one (USD)
--   has_own_deductible: whether that is the member's own (laser)
--   stop_loss_share: the share above it that is recovered
--   stop_loss_recovery: what of it specific stop-loss gives back (USD)
--
-- fund_line                          member_expense (group at 1, hospital at 0.5, deductible 100)
-- | person_id | fund     | expense | | person_id | at_risk | stop_loss_recovery |
-- | P1        | GROUP    |  100.00 | | P1        |  150.00 |              45.00 |
-- | P1        | HOSPITAL |  100.00 |
with by_fund as (
  select
    person_id,
    cast(sum(case when fund = 'GROUP' then expense else 0 end) as decimal(18, 2))
      as group_expense,
    cast(sum(case when fund = 'HOSPITAL' then expense else 0 end) as decimal(18, 2))
      as hospital_expense,
    cast(sum(case when fund = 'SHARED' then expense else 0 end) as decimal(18, 2))
      as shared_expense,
    cast(sum(case when fund = 'PLAN' then expense else 0 end) as decimal(18, 2))
      as plan_expense,
    cast(sum(case when fund in ('UNASSIGNED', 'ASSIGNED_TWICE') then expense else 0 end)
      as decimal(18, 2)) as not_divided
  from fund_line
  group by person_id
),
priced as (
  select
    f.person_id,
    f.group_expense,
    f.hospital_expense,
    f.shared_expense,
    f.plan_expense,
    f.not_divided,
    cast(f.group_expense * y.group_fund_share
      + f.hospital_expense * y.hospital_fund_share
      + f.shared_expense * y.shared_fund_share as decimal(18, 2)) as at_risk,
    coalesce(d.deductible, y.stop_loss_deductible) as stop_loss_deductible,
    d.deductible is not null as has_own_deductible,
    y.stop_loss_share
  from by_fund f
  cross join capitation_term y
  left join own_deductible d on d.person_id = f.person_id
)
select
  person_id,
  group_expense,
  hospital_expense,
  shared_expense,
  plan_expense,
  not_divided,
  at_risk,
  stop_loss_deductible,
  has_own_deductible,
  stop_loss_share,
  cast(case
    when at_risk > stop_loss_deductible then (at_risk - stop_loss_deductible) * stop_loss_share
    else 0 end as decimal(18, 2)) as stop_loss_recovery
from priced
