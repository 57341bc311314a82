-- purpose: the value of each area index for each person, by the finest area that joins
-- grain: one row a person and index, also where nothing joins
-- scope: person
-- inputs: eligible_person, person_area, residence, area_value, area_level, area_index_given,
--   equity_setting
-- cite: rules/social_need/area_level.csv and area_index.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   area_index: the index
--   state: joined, unranked (the publisher gives no rank), or not joined
--   level: the level used; null where nothing joins
--   is_approximate: whether the level is too coarse for a settlement
--   value: the value; null where there is none
--
-- What does not join is left missing and counted, never guessed.
--
-- person_area                area_value                      area_rank
-- | level | area_code |      | level | area_code | value |   | state  | value |
-- | tract | 01001     |      | tract | 01001     |    88 |   | joined |    88 |
with known as (
  select a.person_id, a.level, a.area_code
  from person_area a
  union all
  select r.person_id, 'county' as level, max(r.county) as area_code
  from residence r
  cross join equity_setting s
  left join person_area a
    on a.person_id = r.person_id
    and a.level = 'county'
  where r.calendar_year = year(s.as_of)
    and a.person_id is null
  group by r.person_id
),
found as (
  select
    k.person_id,
    v.area_index,
    k.level,
    v.value,
    l.is_approximate,
    row_number() over (
      partition by k.person_id, v.area_index
      order by l.rank_of_level nulls last, k.area_code nulls last
    ) as place
  from known k
  join area_level l on l.level = k.level
  join area_value v
    on v.level = k.level
    and v.area_code = k.area_code
)
select
  p.person_id,
  i.area_index,
  case
    when f.person_id is null then 'not joined'
    when f.value is null then 'unranked'
    else 'joined'
  end as state,
  f.level,
  f.is_approximate,
  f.value
from eligible_person p
cross join area_index_given i
left join found f
  on f.person_id = p.person_id
  and f.area_index = i.area_index
  and f.place = 1
