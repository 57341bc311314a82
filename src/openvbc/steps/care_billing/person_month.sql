-- purpose: the months asked for in which Part B outside Medicare Advantage covers a person
-- grain: one row a person and month
-- scope: person
-- inputs: coverage, person, billing_month
-- cite: services paid under Part B of Original Medicare
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_month: first day of the month
--   month_end: last day of the month
--
-- A person counts in the month of death.
--
-- coverage                                person_month
-- | person_id | year | part_b_mask |      | person_id | service_month |
-- | P1        | 2025 |           1 |      | P1        | 2025-01-01    |
select
  c.person_id,
  m.service_month,
  m.month_end
from coverage c
join billing_month m
  on m.calendar_year = c.calendar_year
left join person p on p.person_id = c.person_id
where (c.part_b_mask & m.bit) <> 0
  and (c.medicare_advantage_mask & m.bit) = 0
  and (p.death_date is null or p.death_date >= m.service_month)
