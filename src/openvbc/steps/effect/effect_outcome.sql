-- purpose: what people cost and used before and after the start
-- grain: one row a person and month of start
-- scope: person
-- inputs: effect_span, effect_cohort, institutional_claim, professional_line, institutional_line,
--   stay, emergency_revenue_center
-- cite: payments as signed in the claim store; stays whole; emergency visits by revenue center
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   start_month: first day of the month of start
--   is_member: whether the person is in the program
--   age: years at the start
--   sex: male, female or unknown
--   is_dual: whether dual or low income before
--   base_months: covered months before
--   follow_months: covered months from the start on
--   early_months: covered months of the first half of those before
--   payments_base: payments before (USD)
--   payments_early: of these in the first half (USD)
--   payments_follow: payments from the start on (USD)
--   admissions_base: admissions to a hospital before
--   admissions_early: of these in the first half
--   admissions_follow: admissions from the start on
--   emergency_base: days with an emergency visit before
--   emergency_early: of these in the first half
--   emergency_follow: days with an emergency visit from the start on
--
-- effect_span                 institutional_claim      effect_outcome
-- | person | start_month |    | person | paid   |      | payments_base | payments_follow |
-- | P1     | 2024-03-01  |    | P1     | 900.00 |      |        900.00 |            0.00 |
with payment as (
  select person_id, claim_end_date as day, paid_amount as amount
  from institutional_claim
  union all
  select person_id, claim_line_end_date as day, paid_amount as amount
  from professional_line
),
emergency as (
  select distinct l.person_id, l.claim_line_start_date as day
  from institutional_line l
  join emergency_revenue_center r on r.revenue_center_code = l.revenue_center_code
),
event as (
  select person_id, day, amount, 0 as admissions, 0 as emergency
  from payment
  union all
  select person_id, admission_date as day, cast(0 as decimal(12, 2)) as amount,
    1 as admissions, 0 as emergency
  from stay
  where setting = 'INPATIENT'
  union all
  select person_id, day, cast(0 as decimal(12, 2)) as amount, 0 as admissions, 1 as emergency
  from emergency
),
placed as (
  select
    s.person_id,
    s.start_month,
    e.amount,
    e.admissions,
    e.emergency,
    case when e.day < s.start_month then 1 else 0 end as is_base,
    case when e.day < k.middle_month then 1 else 0 end as is_early
  from effect_span s
  join effect_cohort k on k.start_month = s.start_month
  join event e
    on e.person_id = s.person_id
    and e.day >= k.first_month
    and e.day < add_months(k.last_month, 1)
),
summed as (
  select
    person_id,
    start_month,
    cast(sum(amount * is_base) as decimal(18, 2)) as payments_base,
    cast(sum(amount * is_early) as decimal(18, 2)) as payments_early,
    cast(sum(amount * (1 - is_base)) as decimal(18, 2)) as payments_follow,
    cast(sum(admissions * is_base) as bigint) as admissions_base,
    cast(sum(admissions * is_early) as bigint) as admissions_early,
    cast(sum(admissions * (1 - is_base)) as bigint) as admissions_follow,
    cast(sum(emergency * is_base) as bigint) as emergency_base,
    cast(sum(emergency * is_early) as bigint) as emergency_early,
    cast(sum(emergency * (1 - is_base)) as bigint) as emergency_follow
  from placed
  group by person_id, start_month
)
select
  s.person_id,
  s.start_month,
  s.is_member,
  s.age,
  s.sex,
  s.is_dual,
  s.base_months,
  s.follow_months,
  s.early_months,
  coalesce(t.payments_base, 0) as payments_base,
  coalesce(t.payments_early, 0) as payments_early,
  coalesce(t.payments_follow, 0) as payments_follow,
  coalesce(t.admissions_base, 0) as admissions_base,
  coalesce(t.admissions_early, 0) as admissions_early,
  coalesce(t.admissions_follow, 0) as admissions_follow,
  coalesce(t.emergency_base, 0) as emergency_base,
  coalesce(t.emergency_early, 0) as emergency_early,
  coalesce(t.emergency_follow, 0) as emergency_follow
from effect_span s
left join summed t
  on t.person_id = s.person_id
  and t.start_month = s.start_month
