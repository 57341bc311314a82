-- purpose: the day each person died, as the newest statement that can say so has it
-- grain: one row a person of whom a feed makes a statement; death_date is null for the living
-- CCLF8 and assignment reports are snapshots: a later one without the death takes it back. Of one
-- statement that gives two days (spans of hospice, rows of a table) the later holds. `is_restated`:
-- an earlier statement had another day; `disagrees`: the governing one gives two.
--
-- stated                                      death
-- | person | stated_on  | death_date |        | person | death_date | is_restated |
-- | A      | 2023-12-15 | 2023-11-15 |        | A      |            | true        |
-- | A      | 2024-08-15 |            |
with stated as (
  select person_id, death_date, delivery_date as stated_on, delivery, 1 as preference
  from staged_demographics
  union all
  select person_id, death_date, stated_on, delivery, 2 as preference
  from staged_person
  where states_deaths
),
statement as (
  select
    person_id,
    stated_on,
    preference,
    delivery,
    max(death_date) as death_date,
    count(distinct death_date) > 1 as disagrees
  from stated
  group by person_id, stated_on, preference, delivery
),
ranked as (
  select
    *,
    row_number() over (
      partition by person_id
      order by stated_on desc nulls last, preference, delivery desc) as place
  from statement
)
select
  n.person_id,
  n.death_date,
  n.stated_on,
  n.disagrees,
  exists (
    select 1
    from statement s
    where s.person_id = n.person_id
      and s.death_date is not null
      and s.death_date is distinct from n.death_date
  ) as is_restated
from ranked n
where n.place = 1
