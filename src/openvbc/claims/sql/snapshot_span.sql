-- purpose: coverage spans from CCLF8, which says how things stand on the date of its delivery
-- grain: one row a person and delivery; a snapshot holds from its month to the month before the next
-- Months before the first snapshot are not known and are not made up; those after a death are left
-- out for every feed alike (coverage_month).
with snapshots as (
  select
    person_id,
    date_trunc('month', delivery_date) as month_start,
    delivery_date,
    max(part_a_start_date) as part_a_start_date,
    max(part_b_start_date) as part_b_start_date,
    max(buy_in_code) as buy_in_code,
    max(medicare_status_code) as medicare_status_code,
    max(dual_status_code) as dual_status_code,
    max(county) as county,
    min(source_file) as source_file,
    min(source_line) as source_line,
    row_number() over (
      partition by person_id, date_trunc('month', delivery_date)
      order by delivery_date desc) as newest
  from staged_demographics
  where delivery_date is not null
  group by person_id, delivery_date
),
next_ones as (
  select
    *,
    lead(month_start) over (partition by person_id order by month_start) as next_start
  from snapshots
  where newest = 1
)
select
  n.person_id,
  cast(n.month_start as date) as start_date,
  cast(coalesce(date_add(cast(n.next_start as date), -1), cast(l.last_day as date)) as date)
    as end_date,
  n.buy_in_code in ('1', '3', 'A', 'C')
    and coalesce(n.part_a_start_date <= date_add(cast(n.month_start as date), 30), true) as part_a,
  n.buy_in_code in ('2', '3', 'B', 'C')
    and coalesce(n.part_b_start_date <= date_add(cast(n.month_start as date), 30), true) as part_b,
  cast(null as boolean) as medicare_advantage,
  case
    when n.medicare_status_code in ('11', '21', '31') then 'ESRD'
    when n.medicare_status_code = '20' then 'DISABLED'
    when n.medicare_status_code = '10' and d.dual_status_code is not null then 'AGED_DUAL'
    when n.medicare_status_code = '10' then 'AGED_NON_DUAL'
  end as enrollment_type,
  n.dual_status_code,
  cast(null as boolean) as other_initiative,
  n.county,
  'CCLF8' as source,
  n.source_file,
  n.source_line,
  0 as delivery
from next_ones n
cross join last_snapshot l
left join dual_code d on d.dual_status_code = n.dual_status_code
