-- purpose: months of Parts A and B outside Medicare Advantage, by enrollment type
-- grain: one row a person, calendar year and enrollment type
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
from person_month
where part_a
  and part_b
  and not coalesce(medicare_advantage, false)
  and type_rank is not null
group by person_id, calendar_year, type_rank
