with typed as (
  select person_id, calendar_year, cast(bit_or(month_mask) as int) as months
  from enrollment
  group by person_id, calendar_year
)
select cast(null as varchar) as claim_id, cast(c.calendar_year as varchar) as place
from coverage c
left join typed t on t.person_id = c.person_id and t.calendar_year = c.calendar_year
where c.part_a_mask & c.part_b_mask & ~c.medicare_advantage_mask & ~coalesce(t.months, 0) <> 0
