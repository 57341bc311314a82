-- purpose: what happened to a person in the year, and how long the person was looked at
-- grain: one row a person and measure, for people covered in a month of the year
-- scope: person
-- inputs: covered_month, person, care_date, care_rule, measured_age, expected_probability,
--         indicator_event, hospital_episode, emergency_visit, day_away
-- cite: AHRQ PQI v2024 and PQE v2024; person-years instead of the county's population
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   measure: an indicator, a composite, ADMISSIONS, UNPLANNED_ADMISSIONS, EMERGENCY_VISITS or
--     DAYS_NOT_AT_HOME
--   events: discharges, visits or days of the year
--   months: covered months of the year, for people of the measure's age at its end
--   expected_months: events a year of AHRQ's area model, times the months; null where it has none
--
-- A measure of emergency visits counts those without admission.
--
-- covered_month          indicator_event      population_count
-- | 12 months    |      | PQI05      |       | PQI05 | events 1 | months 12 |
with watched as (
  select
    v.person_id,
    count(*) as months
  from covered_month v
  join care_date d on d.is_today
  cross join care_rule r
  where v.month_number <= year(d.as_of) * 12 + month(d.as_of)
    and v.month_number > year(d.as_of) * 12 + month(d.as_of) - r.spending_months
  group by v.person_id
),
aged as (
  select
    w.person_id,
    w.months,
    p.sex,
    year(d.as_of) * 12 + month(d.as_of) - year(p.birth_date) * 12 - month(p.birth_date)
      - case when day(d.as_of) < day(p.birth_date) then 1 else 0 end as age_months
  from watched w
  join person p on p.person_id = w.person_id
  join care_date d on d.is_today
),
happened as (
  select
    person_id,
    indicator as measure,
    count(*) as events
  from indicator_event
  group by person_id, indicator
  union all
  select
    e.person_id,
    'ADMISSIONS' as measure,
    count(*) as events
  from hospital_episode e
  cross join care_rule r
  join care_date d
    on d.as_of = e.as_of
    and d.is_today
  where e.admission_date <= e.as_of
    and e.admission_date > add_months(e.as_of, 0 - r.spending_months)
  group by e.person_id
  union all
  select
    e.person_id,
    'UNPLANNED_ADMISSIONS' as measure,
    count(*) as events
  from hospital_episode e
  cross join care_rule r
  join care_date d
    on d.as_of = e.as_of
    and d.is_today
  where e.is_unplanned
    and e.admission_date <= e.as_of
    and e.admission_date > add_months(e.as_of, 0 - r.spending_months)
  group by e.person_id
  union all
  select
    v.person_id,
    'EMERGENCY_VISITS' as measure,
    count(*) as events
  from emergency_visit v
  cross join care_rule r
  join care_date d
    on d.as_of = v.as_of
    and d.is_today
  where not v.is_admitted
    and v.visit_date > add_months(v.as_of, 0 - r.spending_months)
  group by v.person_id
  union all
  select
    person_id,
    'DAYS_NOT_AT_HOME' as measure,
    count(*) as events
  from day_away
  group by person_id
)
select
  a.person_id,
  m.measure,
  coalesce(h.events, 0) as events,
  case
    when a.age_months < m.age_from_months then 0
    when a.age_months >= m.age_below_months then 0
    else a.months
  end as months,
  case
    when a.age_months < m.age_from_months then null
    when a.age_months >= m.age_below_months then null
    else cast(x.probability * a.months as decimal(18, 9))
  end as expected_months
from aged a
cross join measured_age m
left join happened h
  on h.person_id = a.person_id
  and h.measure = m.measure
left join expected_probability x
  on x.measure = m.measure
  and x.sex = a.sex
  and a.age_months >= x.age_from_months
  and a.age_months < x.age_below_months
