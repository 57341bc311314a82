select
  cast(null as string) as claim_id,
  'coverage' as place
from coverage c
join person p on p.person_id = c.person_id
where c.calendar_year < year(p.birth_date)
  and (c.part_a_mask | c.part_b_mask) <> 0
