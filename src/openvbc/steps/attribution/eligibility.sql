-- purpose: whether a person may be assigned at all in a period, and the first test that failed
-- grain: one row a person and period
-- scope: person
-- inputs: person, coverage, residence, period, period_month, calendar_month
-- cite: 42 CFR 425.401(a)-(b)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   is_eligible: whether the person may be assigned
--   is_fee_for_service: whether the person has a month in fee-for-service Medicare with Parts A and
--     B
--   reason: the first test that failed; null where none did
--
-- Tests A (Parts A and B), B (no Medicare Advantage) and C (no other initiative) look at every
-- month of period_month: those of the window, and for prospective assignment those of the year too.
-- Test D looks at the latest residence known up to the last of those months.
--
-- coverage                                  eligibility
-- | person_id | part_a_mask | part_b_mask |  | person_id | is_eligible | reason                   |
-- | P1        |        4095 |        4095 |  | P1        | true        |                          |
-- | P2        |        4095 |        4094 |  | P2        | false       | MONTH_WITH_ONE_PART_ONLY |
with tested as (
  select
    c.person_id,
    m.period,
    m.test,
    max(case when (c.part_a_mask & c.part_b_mask & m.month_mask) <> 0
      then 1 else 0 end) as both_parts,
    max(case
      when ((c.part_a_mask | c.part_b_mask) & m.month_mask)
        <> (c.part_a_mask & c.part_b_mask & m.month_mask)
        then 1 else 0 end) as one_part,
    max(case when (coalesce(c.medicare_advantage_mask, 0) & m.month_mask) <> 0
      then 1 else 0 end) as medicare_advantage,
    max(case when (coalesce(c.other_initiative_mask, 0) & m.month_mask) <> 0
      then 1 else 0 end) as other_initiative
  from coverage c
  join period_month m on m.calendar_year = c.calendar_year
  group by c.person_id, m.period, m.test
),
tests as (
  select period, count(distinct test) as needed
  from period_month
  group by period
),
covered as (
  select
    person_id,
    period,
    cast(sum(both_parts) as int) as both_parts,
    max(one_part) as one_part,
    max(medicare_advantage) as medicare_advantage,
    max(other_initiative) as other_initiative
  from tested
  group by person_id, period
),
ever_abroad as (
  select distinct person_id
  from residence
  where not in_united_states
),
lived as (
  select
    r.person_id,
    12 * r.calendar_year + m.month as month_number,
    bool_or(r.in_united_states) as in_united_states
  from residence r
  join ever_abroad a on a.person_id = r.person_id
  join calendar_month m on (r.month_mask & m.bit) <> 0
  group by r.person_id, r.calendar_year, m.month
),
last_month as (
  select period, test, max(12 * calendar_year + last_month) as month_number
  from period_month
  group by period, test
),
latest as (
  select
    l.person_id,
    t.period,
    t.test,
    max_by(l.in_united_states, l.month_number) as in_united_states
  from lived l
  join last_month t on l.month_number <= t.month_number
  group by l.person_id, t.period, t.test
),
abroad as (
  select distinct person_id, period
  from latest
  where not in_united_states
),
first_failure as (
  select
    p.person_id,
    t.period,
    case
      when p.death_date < t.year_start then 'DIED_BEFORE_YEAR'
      when coalesce(c.both_parts, 0) < n.needed then 'NO_MONTH_WITH_PART_A_AND_B'
      when c.one_part = 1 then 'MONTH_WITH_ONE_PART_ONLY'
      when c.medicare_advantage = 1 then 'MEDICARE_ADVANTAGE_MONTH'
      when c.other_initiative = 1 then 'OTHER_INITIATIVE'
      when a.person_id is not null then 'OUTSIDE_UNITED_STATES'
    end as reason,
    a.person_id is not null as is_abroad
  from person p
  cross join period t
  join tests n on n.period = t.period
  left join covered c on c.person_id = p.person_id and c.period = t.period
  left join abroad a on a.person_id = p.person_id and a.period = t.period
)
select
  person_id,
  period,
  reason is null as is_eligible,
  coalesce(reason, 'OTHER_INITIATIVE') = 'OTHER_INITIATIVE' and not is_abroad as is_fee_for_service,
  reason
from first_failure
