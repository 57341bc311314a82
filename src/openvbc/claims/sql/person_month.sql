-- purpose: one row a person and month, what its spans say of it put together
-- grain: one row a person, calendar year and month
-- A feed may tell the Medicare status and the dual status apart: an aged person is dual or not in the
-- months of which a dual status is told, and of no type in others.
select
  person_id,
  calendar_year,
  month,
  min(bit) as bit,
  coalesce(
    min(type_rank),
    case
      when bool_or(is_aged) and bool_or(is_dual) then 3
      when bool_or(is_aged) and bool_or(tells_dual) then 4
    end
  ) as type_rank,
  max(type_rank) as last_type_rank,
  bool_or(part_a) as part_a,
  bool_or(part_b) as part_b,
  bool_or(medicare_advantage) as medicare_advantage,
  bool_or(other_initiative) as other_initiative,
  bool_or(is_dual) as is_dual
from coverage_month
group by person_id, calendar_year, month
