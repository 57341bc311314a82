with months as (
  select year(claim_line_end_date) * 12 + month(claim_line_end_date) as number, count(*) as lines
  from professional_line
  where claim_line_end_date is not null
  group by 1
),
usual as (
  select number, lines, lead(number) over (order by number) as next_number
  from months
  where lines * 50 >= (select max(lines) from months)
)
select
  cast(null as varchar) as claim_id,
  concat(cast((number - 1) // 12 as varchar), '-', lpad(cast((number - 1) % 12 + 1 as varchar), 2, '0'),
    ' to ', cast((next_number - 1) // 12 as varchar), '-',
    lpad(cast((next_number - 1) % 12 + 1 as varchar), 2, '0')) as place
from usual
where next_number > number + 1
