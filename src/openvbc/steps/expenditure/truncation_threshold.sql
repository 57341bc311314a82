-- purpose: the annual amount at which a person's spending is cut off, and the completion factor
-- grain: one row a period and enrollment type
-- scope: population
-- inputs: person_expenditure, population, period, national_factor, expenditure_rule
-- cite: 42 CFR 425.604(a)(4), 425.652(a)(4)
-- columns:
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   truncation_threshold: annual amount at which spending is cut off (USD a person-year)
--   completion_factor: what the amount is multiplied with for claims not yet known
--   source: where the threshold comes from: NATIONAL, or POPULATION (the people loaded)
--
-- The national threshold where one is given. Else the percentile of the assignable people loaded,
-- by rank: the smallest annual amount that enough people do not exceed; source says so.
--
-- person_expenditure (annual amounts)    truncation_threshold
-- | 1000.00 ... 90000.00 of 200 people |  | truncation_threshold       | source     |
--                                         | the 198th amount in order  | POPULATION |
with annual as (
  select
    e.period,
    e.enrollment_type,
    cast(floor(
      cast(cast(e.amount as decimal(20, 2)) * f.completion_factor * 12 * 100 as double)
      / e.person_months + 0.5) as bigint) as cents
  from person_expenditure e
  join population q
    on q.person_id = e.person_id
    and q.period = e.period
    and q.population = 'ASSIGNABLE'
  join period p on p.period = e.period
  join national_factor f
    on f.calendar_year = p.calendar_year
    and f.enrollment_type = e.enrollment_type
  where f.truncation_threshold is null
),
ranked as (
  select
    period,
    enrollment_type,
    cents,
    row_number() over (partition by period, enrollment_type order by cents nulls last) as place,
    count(*) over (partition by period, enrollment_type) as people
  from annual
),
computed as (
  select r.period, r.enrollment_type, min(r.cents) as cents
  from ranked r
  cross join expenditure_rule x
  where 100 * r.place >= x.truncation_percentile * r.people
  group by r.period, r.enrollment_type
)
select
  p.period,
  f.enrollment_type,
  cast(coalesce(
    f.truncation_threshold,
    cast(c.cents as decimal(18, 0)) * x.dollars_per_cent) as decimal(18, 2))
    as truncation_threshold,
  f.completion_factor,
  case when f.truncation_threshold is null then 'POPULATION' else 'NATIONAL' end as source
from period p
join national_factor f on f.calendar_year = p.calendar_year
cross join expenditure_rule x
left join computed c
  on c.period = p.period
  and c.enrollment_type = f.enrollment_type
