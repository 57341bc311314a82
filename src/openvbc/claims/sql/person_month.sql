-- purpose: one row a person and month, what its spans say of it put together
-- grain: one row a person, calendar year and month
select
  person_id,
  calendar_year,
  month,
  min(bit) as bit,
  min(type_rank) as type_rank,
  max(type_rank) as last_type_rank,
  bool_or(part_a) as part_a,
  bool_or(part_b) as part_b,
  bool_or(medicare_advantage) as medicare_advantage,
  bool_or(other_initiative) as other_initiative,
  bool_or(is_dual) as is_dual
from coverage_month
group by person_id, calendar_year, month
