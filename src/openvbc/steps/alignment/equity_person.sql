-- purpose: the group of a person in the health equity adjustment
-- grain: one row a person of the list
-- scope: population
-- inputs: equity_member, person_identifier
-- cite: ACO REACH, health equity benchmark adjustment (groups as CMS told the entity)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   equity_group: ADDED or TAKEN
--
-- equity_member                    equity_person
-- | member_id | equity_group |     | person_id | equity_group |
-- | M1        | ADDED        |     | P1        | ADDED        |
select
  coalesce(i.person_id, m.member_id) as person_id,
  min(m.equity_group) as equity_group
from equity_member m
left join person_identifier i on i.member_id = m.member_id
group by coalesce(i.person_id, m.member_id)
