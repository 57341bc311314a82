-- purpose: the parts of county per capita expenditure and risk, where no county factors are given
-- grain: one row a population, period, county and enrollment type
-- scope: population
-- inputs: truncated_expenditure, population, residence, measured_enrollment, calendar_month,
--   risk_score, period
-- cite: 42 CFR 425.601(c), 425.654, 425.655
-- added: person_months, truncated_amount_times_12, scored_months, risk_score_times_months,
--   demographic_months, demographic_score_times_months
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   county: county of residence (five-digit code), or UNKNOWN
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--   truncated_amount_times_12: twelve times the completed amount, cut off at the threshold (USD)
--   scored_months: months of people who have a score
--   risk_score_times_months: sum of risk score times months
--   demographic_months: months of people who have a demographic score
--   demographic_score_times_months: sum of demographic score times months
--
-- A person counts whole in the county of the latest month that counts, so that sums stay exact.
--
-- truncated_expenditure            county_expenditure
-- | truncated_amount_times_12 |  | county | person_months | truncated_amount_times_12 |
-- |                 240000.00 |  | 20091  |            12 |                 240000.00 |
with lived as (
  select
    m.person_id,
    m.period,
    m.enrollment_type,
    min(r.county) as county,
    c.month
  from measured_enrollment m
  join residence r
    on r.person_id = m.person_id
    and r.calendar_year = m.calendar_year
  join calendar_month c on (m.month_mask & r.month_mask & c.bit) <> 0
  group by m.person_id, m.period, m.enrollment_type, c.month
),
latest as (
  select
    person_id, period, enrollment_type,
    max_by(county, month) as county
  from lived
  group by person_id, period, enrollment_type
)
select
  q.population,
  e.period,
  coalesce(l.county, 'UNKNOWN') as county,
  e.enrollment_type,
  cast(sum(e.person_months) as bigint) as person_months,
  cast(sum(e.truncated_amount_times_12) as decimal(38, 8)) as truncated_amount_times_12,
  cast(coalesce(sum(case when s.risk_score is not null then e.person_months end), 0) as bigint)
    as scored_months,
  cast(coalesce(sum(cast(s.risk_score as decimal(24, 14)) * e.person_months), 0)
    as decimal(38, 14)) as risk_score_times_months,
  cast(coalesce(sum(case when s.demographic_score is not null then e.person_months end), 0)
    as bigint) as demographic_months,
  cast(coalesce(sum(cast(s.demographic_score as decimal(24, 14)) * e.person_months), 0)
    as decimal(38, 14)) as demographic_score_times_months
from truncated_expenditure e
join population q
  on q.person_id = e.person_id
  and q.period = e.period
left join latest l
  on l.person_id = e.person_id
  and l.period = e.period
  and l.enrollment_type = e.enrollment_type
join period p on p.period = e.period
left join risk_score s
  on s.person_id = e.person_id
  and s.calendar_year = p.calendar_year
  and s.enrollment_type = e.enrollment_type
group by q.population, e.period, coalesce(l.county, 'UNKNOWN'), e.enrollment_type
