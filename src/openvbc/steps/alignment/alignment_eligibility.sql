-- purpose: the months of each period in which a person may be aligned, and what keeps others out
-- grain: one row a person and period
-- scope: person
-- inputs: person, coverage, residence, alignment_period, alignment_month
-- cite: ACO REACH alignment eligibility (Parts A and B, not in Medicare Advantage)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3
--   eligible_mask: months that count, as bits, January is 1, February 2, March 4
--   reason: why the first month of the period does not count; null where it does
--
-- A month counts with Parts A and B, outside Medicare Advantage and other initiatives, in the
-- United States where the residence is known, and alive on its first day.
--
-- coverage                                                 alignment_eligibility
-- | part_a_mask | part_b_mask | medicare_advantage_mask |  | eligible_mask |
-- |        4095 |        4095 |                    3072 |  |          1023 |
with living as (
  select p.person_id, m.period, cast(sum(m.bit) as int) as month_mask
  from person p
  join alignment_month m on p.death_date is null or p.death_date >= m.first_day
  group by p.person_id, m.period
),
abroad as (
  select person_id, calendar_year, cast(sum(month_mask) as int) as month_mask
  from residence
  where not in_united_states
  group by person_id, calendar_year
),
known as (
  select
    p.person_id,
    t.period,
    t.first_bit,
    coalesce(l.month_mask, 0) as living_mask,
    coalesce(c.part_a_mask & c.part_b_mask, 0) as both_parts_mask,
    coalesce(c.medicare_advantage_mask, 0) as managed_mask,
    coalesce(c.other_initiative_mask, 0) as other_mask,
    coalesce(a.month_mask, 0) as abroad_mask
  from person p
  cross join alignment_period t
  left join living l on l.person_id = p.person_id and l.period = t.period
  left join coverage c on c.person_id = p.person_id and c.calendar_year = t.calendar_year
  left join abroad a on a.person_id = p.person_id and a.calendar_year = t.calendar_year
)
select
  person_id,
  period,
  (living_mask & both_parts_mask)
    - (living_mask & both_parts_mask & (managed_mask | other_mask | abroad_mask))
    as eligible_mask,
  case
    when (living_mask & first_bit) = 0 then 'DIED_BEFORE_PERIOD'
    when (both_parts_mask & first_bit) = 0 then 'WITHOUT_PARTS_A_AND_B'
    when (managed_mask & first_bit) <> 0 then 'MEDICARE_ADVANTAGE'
    when (other_mask & first_bit) <> 0 then 'OTHER_INITIATIVE'
    when (abroad_mask & first_bit) <> 0 then 'OUTSIDE_UNITED_STATES'
  end as reason
from known
