-- purpose: from which day a person meets a criterion of High Needs entities
-- grain: one row a person of the list
-- scope: population
-- inputs: high_needs_member, person_identifier
-- cite: ACO REACH alignment (High Needs criteria, as CMS told the entity)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   first_day: the first day on which a criterion is met
--
-- high_needs_member             high_needs_person
-- | member_id | first_day  |    | person_id | first_day  |
-- | M1        | 2022-11-01 |    | P1        | 2022-11-01 |
select
  coalesce(i.person_id, m.member_id) as person_id,
  min(m.first_day) as first_day
from high_needs_member m
left join person_identifier i on i.member_id = m.member_id
group by coalesce(i.person_id, m.member_id)
