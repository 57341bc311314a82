-- purpose: minutes that the panel asks of each owner beside those the owner has
-- grain: one row an owner of people of the panel, or with a capacity
-- scope: population
-- inputs: panel, tier_load, owner_capacity, panel_overflow
-- cite: none; the capacity is the user's, minutes and cadence are those of the tiers
-- columns:
--   owner: who answers for people
--   people: people of the panel
--   high_people: of these in the two highest tiers
--   minutes_needed: minutes their tiers ask for in a year
--   capacity_minutes: minutes the owner has in a year; null where the user gave none
--   minutes_left: capacity less what is needed (minutes a year); negative: too few
--   people_over: people for whom no minutes are left; null without a capacity
--
-- panel: A | Ana | tier 5     tier_load: 5 | 3120     owner_capacity: Ana | 4000
-- the result: Ana | 1 person | 3120 needed | 4000 | 880 left | 0 over
with highest as (
  select max(tier) as tier
  from tier_load
),
needed as (
  select
    p.owner,
    count(*) as people,
    cast(sum(case when p.tier + 1 >= h.tier then 1 else 0 end) as bigint) as high_people,
    cast(sum(l.minutes_a_year) as bigint) as minutes_needed
  from panel p
  cross join highest h
  join tier_load l on l.tier = p.tier
  group by p.owner
),
over_capacity as (
  select
    owner,
    count(*) as people_over
  from panel_overflow
  group by owner
)
select
  coalesce(n.owner, c.owner) as owner,
  coalesce(n.people, 0) as people,
  coalesce(n.high_people, 0) as high_people,
  coalesce(n.minutes_needed, 0) as minutes_needed,
  c.minutes_a_year as capacity_minutes,
  c.minutes_a_year - coalesce(n.minutes_needed, 0) as minutes_left,
  case when c.owner is not null then coalesce(o.people_over, 0) end as people_over
from needed n
full join owner_capacity c on c.owner = n.owner
left join over_capacity o on o.owner = coalesce(n.owner, c.owner)
