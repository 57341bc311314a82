-- purpose: where the people of a population lived in the months that count
-- grain: one row a population, period, county and enrollment type
-- scope: population
-- inputs: population, measured_enrollment, residence
-- cite: 42 CFR 425.601(c), 425.654
-- added: person_months
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   county: county of residence (five-digit code), or UNKNOWN
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--
-- Months with no residence on file stand under the county UNKNOWN.
--
-- residence                       county_person_months
-- | county | month_mask        |  | county | person_months |
-- | 20091  | 4095 (all twelve) |  | 20091  |            12 |
with measured as (
  select
    q.population, m.person_id, m.period, m.calendar_year, m.enrollment_type, m.month_mask,
    m.person_months
  from population q
  join measured_enrollment m
    on m.person_id = q.person_id
    and m.period = q.period
  where m.person_months > 0
),
placed as (
  select
    m.population,
    m.person_id,
    m.period,
    m.enrollment_type,
    r.county,
    cast(bit_count(m.month_mask & r.month_mask) as bigint) as person_months
  from measured m
  join residence r
    on r.person_id = m.person_id
    and r.calendar_year = m.calendar_year
    and (m.month_mask & r.month_mask) <> 0
),
known as (
  select
    population, person_id, period, enrollment_type,
    cast(sum(person_months) as bigint) as person_months
  from placed
  group by population, person_id, period, enrollment_type
),
unknown as (
  select
    m.population,
    m.person_id,
    m.period,
    m.enrollment_type,
    'UNKNOWN' as county,
    m.person_months - coalesce(k.person_months, 0) as person_months
  from measured m
  left join known k
    on k.population = m.population
    and k.person_id = m.person_id
    and k.period = m.period
    and k.enrollment_type = m.enrollment_type
  where m.person_months > coalesce(k.person_months, 0)
),
every_place as (
  select population, period, county, enrollment_type, person_months from placed
  union all
  select population, period, county, enrollment_type, person_months from unknown
)
select
  population,
  period,
  county,
  enrollment_type,
  cast(sum(person_months) as bigint) as person_months
from every_place
group by population, period, county, enrollment_type
