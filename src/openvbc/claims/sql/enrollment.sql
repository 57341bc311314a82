-- purpose: months of Parts A and B outside Medicare Advantage, by enrollment type
-- grain: one row a person, calendar year and enrollment type
with months as (
  select
    person_id,
    calendar_year,
    month,
    min(bit) as bit,
    min(type_rank) as type_rank
  from coverage_month
  group by person_id, calendar_year, month
  having bool_or(part_a)
    and bool_or(part_b)
    and not coalesce(bool_or(medicare_advantage), false)
    and min(type_rank) is not null
)
select
  person_id,
  calendar_year,
  case type_rank
    when 1 then 'ESRD'
    when 2 then 'DISABLED'
    when 3 then 'AGED_DUAL'
    when 4 then 'AGED_NON_DUAL'
  end as enrollment_type,
  cast(bit_or(bit) as int) as month_mask
from months
group by person_id, calendar_year, type_rank
