-- purpose: people of the program from their month of start, and others from every such month
-- grain: one row a person and month of start
-- scope: person
-- inputs: person, coverage, program_member, effect_cohort, effect_month
-- cite: a comparison is made of people covered alike; see docs/effect.md
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   start_month: first day of the month the program began for the person, or would have
--   is_member: whether the person is in the program
--   base_months: covered months before
--   follow_months: covered months from the start on
--   early_months: covered months of the first half of those before
--   age: completed years at the start, by year
--   sex: male, female or unknown
--   is_dual: whether dual or low income in any month before
--
-- Who is ever in the program is in no comparison. Who is not covered by Part A and B outside
-- Medicare Advantage in every month before, or not alive at the start, is left out.
--
-- program_member            effect_span
-- | person | start   |      | person | start_month | is_member |
-- | P1     | 2024-03 |      | P1     | 2024-03-01  | true      |
--                           | P2     | 2024-03-01  | false     |
with covered as (
  select
    c.person_id,
    m.month,
    (c.dual_mask & m.bit) <> 0 as is_dual
  from coverage c
  join effect_month m on m.calendar_year = c.calendar_year
  where (c.part_a_mask & c.part_b_mask & m.bit) <> 0
    and (c.medicare_advantage_mask & m.bit) = 0
),
counted as (
  select
    v.person_id,
    k.start_month,
    count(case when v.month < k.start_month then 1 end) as base_months,
    count(case when v.month >= k.start_month then 1 end) as follow_months,
    count(case when v.month < k.middle_month then 1 end) as early_months,
    max(k.months_before) as months_before,
    max(case when v.is_dual and v.month < k.start_month then 1 else 0 end) as is_dual
  from covered v
  join effect_cohort k
    on v.month >= k.first_month
    and v.month <= k.last_month
  left join program_member m on m.person_id = v.person_id
  where m.person_id is null
    or m.start_month = k.start_month
  group by v.person_id, k.start_month
)
select
  c.person_id,
  c.start_month,
  m.person_id is not null as is_member,
  cast(c.base_months as int) as base_months,
  cast(c.follow_months as int) as follow_months,
  cast(c.early_months as int) as early_months,
  year(c.start_month) - year(p.birth_date) as age,
  p.sex,
  c.is_dual = 1 as is_dual
from counted c
join person p on p.person_id = c.person_id
left join program_member m on m.person_id = c.person_id
where c.base_months = c.months_before
  and c.follow_months > 0
  and (p.death_date is null or p.death_date >= c.start_month)
