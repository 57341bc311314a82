-- purpose: how many assigned people count in each month
-- grain: one row a period, month and enrollment type
-- scope: population
-- inputs: measured_enrollment, population, calendar_month
-- cite: 42 CFR 425.652(a)(3)
-- added: person_months
-- columns:
--   period: the period of the contract, for example PY or BY3
--   month: month of the year, 1 to 12
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--
-- measured_enrollment                        monthly_person_months
-- | period | month_mask                |  | month | person_months |
-- | PY     | 3 (January and February)  |  |     1 |             1 |
--                                          |     2 |             1 |
select
  m.period,
  c.month,
  m.enrollment_type,
  count(*) as person_months
from measured_enrollment m
join population q
  on q.person_id = m.person_id
  and q.period = m.period
join calendar_month c on (m.month_mask & c.bit) <> 0
where q.population = 'ASSIGNED'
group by m.period, c.month, m.enrollment_type
