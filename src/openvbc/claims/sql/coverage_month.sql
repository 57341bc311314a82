-- purpose: one row a person and month from the spans of the feed that gives the year
-- grain: one row a span and month it touches
-- Nobody is covered after the month of death; such months are marked, counted and left out.
select
  s.person_id,
  s.source,
  m.calendar_year,
  m.month,
  m.bit,
  s.start_date,
  s.part_a,
  s.part_b,
  s.medicare_advantage,
  s.other_initiative,
  s.county,
  case s.enrollment_type
    when 'ESRD' then 1
    when 'DISABLED' then 2
    when 'AGED_DUAL' then 3
    when 'AGED_NON_DUAL' then 4
  end as type_rank,
  s.enrollment_type = 'AGED_DUAL' or d.dual_status_code is not null as is_dual,
  s.enrollment_type = 'AGED' as is_aged,
  s.dual_status_code is not null as tells_dual,
  coalesce(m.month_start > x.death_date, false) as is_after_death
from staged_coverage_span s
join month m
  on s.start_date <= m.month_end
  and (s.end_date is null or s.end_date >= m.month_start)
join year_source y
  on y.calendar_year = m.calendar_year
  and y.source = s.source
left join dual_code d on d.dual_status_code = s.dual_status_code
left join death x on x.person_id = s.person_id
