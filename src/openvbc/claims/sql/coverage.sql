-- purpose: months of each kind of coverage as bit masks
-- grain: one row a person and calendar year
select
  person_id,
  calendar_year,
  cast(bit_or(case when part_a then bit else 0 end) as int) as part_a_mask,
  cast(bit_or(case when part_b then bit else 0 end) as int) as part_b_mask,
  cast(bit_or(case when medicare_advantage then bit else 0 end) as int) as medicare_advantage_mask,
  cast(bit_or(case when other_initiative then bit else 0 end) as int) as other_initiative_mask,
  cast(bit_or(case when is_dual then bit else 0 end) as int) as dual_mask
from person_month
group by person_id, calendar_year
