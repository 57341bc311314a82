-- purpose: who answers for a person: the user's owner, else the practice seen most
-- grain: one row a person of the panel, today
-- scope: person
-- inputs: panel_person, person_identifier, owner, usual_clinician, care_date
-- cite: none; owners are the user's
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: the owner; the practice's taxpayer number where no list names one; else nobody
--   owner_source: LIST, PRACTICE or NOBODY
--   rendering_tin: taxpayer number of the practice seen most
--   rendering_npi: clinician seen most
--
-- owner                    person_owner
-- | member_id | owner |  | person | owner | owner_source |
-- | M1        | Ana   |  | P1     | Ana   | LIST         |
with listed as (
  select
    i.person_id,
    min(o.owner) as owner
  from owner o
  join person_identifier i on i.member_id = o.member_id
  group by i.person_id
  having count(distinct o.owner) = 1
)
select
  n.person_id,
  coalesce(l.owner, u.rendering_tin, 'nobody') as owner,
  case
    when l.owner is not null then 'LIST'
    when u.rendering_tin is not null then 'PRACTICE'
    else 'NOBODY'
  end as owner_source,
  u.rendering_tin,
  u.rendering_npi
from panel_person n
join care_date d
  on d.as_of = n.as_of
  and d.is_today
left join listed l on l.person_id = n.person_id
left join usual_clinician u
  on u.as_of = n.as_of
  and u.person_id = n.person_id
