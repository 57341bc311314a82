-- purpose: whom a list is for: alive and covered in the month of the list, or named by the user
-- grain: one row an as-of date and person
-- scope: person
-- inputs: person, person_identifier, covered_month, chosen_person, care_date, care_rule
-- cite: none; whom a list is for is the user's choice
-- columns:
--   as_of: the day the list is for
--   person_id: the person, by the identifier the claim store gives
--   birth_date: date of birth
--   sex: male, female or unknown
--
-- person                 panel_person
-- | person | death   |  | as_of      | person |
-- | P1     |         |  | 2024-12-31 | P1     |
-- | P2     | 2023-05 |
with chosen as (
  select distinct i.person_id
  from chosen_person c
  join person_identifier i on i.member_id = c.member_id
)
select
  d.as_of,
  p.person_id,
  p.birth_date,
  p.sex
from person p
cross join care_date d
cross join care_rule r
left join chosen c on c.person_id = p.person_id
left join covered_month v
  on v.person_id = p.person_id
  and v.month_number = year(d.as_of) * 12 + month(d.as_of)
where (p.death_date is null or p.death_date > d.as_of)
  and case when r.people_are_named then c.person_id else v.person_id end is not null
