-- purpose: people for whom their owner has no minutes left
-- grain: one row a person of the panel beyond the capacity of the owner
-- scope: population
-- inputs: panel, tier_load, owner_capacity
-- cite: none; the capacity is the user's, minutes and cadence are those of the tiers
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   place: place among the people of the owner, the highest tier first
--   tier: the tier
--   tier_name: its name
--   rule: the rule that decided the tier
--   spending_percentile: percentile of spending
--   next_contact_due: day by which the person is contacted
--   minutes_a_year: minutes the tier asks for in a year
--   minutes_up_to: minutes of this person and of all before (a year)
--   capacity_minutes: minutes the owner has in a year
--   evidence_claim: the claim the tier rests on
--
-- Minutes go to people by tier, then by spending, until they are used up: the first person for whom
-- they do not suffice is over, and everybody after.
--
-- panel: A | Ana | tier 5     tier_load: 5 | 3120     owner_capacity: Ana | 4000
--        B | Ana | tier 4                4 | 1040
-- the result: B | Ana | place 2 | 4160 of 4000
with placed as (
  select
    p.person_id,
    p.owner,
    row_number() over (
      partition by p.owner
      order by p.tier desc nulls last, p.spending_percentile desc nulls last, p.person_id nulls last
    ) as place,
    p.tier,
    p.tier_name,
    p.rule,
    p.spending_percentile,
    p.next_contact_due,
    l.minutes_a_year,
    cast(sum(l.minutes_a_year) over (
      partition by p.owner
      order by p.tier desc nulls last, p.spending_percentile desc nulls last, p.person_id nulls last
      rows between unbounded preceding and current row
    ) as bigint) as minutes_up_to,
    c.minutes_a_year as capacity_minutes,
    p.evidence_claim
  from panel p
  join owner_capacity c on c.owner = p.owner
  join tier_load l on l.tier = p.tier
)
select
  person_id,
  owner,
  place,
  tier,
  tier_name,
  rule,
  spending_percentile,
  next_contact_due,
  minutes_a_year,
  minutes_up_to,
  capacity_minutes,
  evidence_claim
from placed
where minutes_up_to > capacity_minutes
