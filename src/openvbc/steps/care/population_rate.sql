-- purpose: events and person-months by practice and clinician, and of everybody
-- grain: one row a level, who, and measure
-- scope: population
-- inputs: population_count, usual_clinician, care_date
-- cite: as in population_count
-- columns:
--   level: ALL, PRACTICE or CLINICIAN
--   who: taxpayer number of the practice, identifier of the clinician; empty for all
--   measure: an indicator, a composite, ADMISSIONS, UNPLANNED_ADMISSIONS, EMERGENCY_VISITS or
--     DAYS_NOT_AT_HOME
--   people: people of the measure's age with a covered month
--   events: discharges, visits or days of the year
--   months: covered months
--   expected_months: events a year of AHRQ's area model, times the months; null where it has none
--
-- population_count              population_rate
-- | person | events | months |  | level | measure | events | months |
-- | P1     | 1      | 12     |  | ALL   | PQI05   | 1      | 24     |
-- | P2     | 0      | 12     |
with placed as (
  select
    c.*,
    u.rendering_tin,
    u.rendering_npi
  from population_count c
  left join (
    select
      k.person_id,
      k.rendering_tin,
      k.rendering_npi
    from usual_clinician k
    join care_date d
      on d.as_of = k.as_of
      and d.is_today
  ) u
    on u.person_id = c.person_id
)
select
  'ALL' as level,
  '' as who,
  measure,
  cast(sum(case when months > 0 then 1 else 0 end) as bigint) as people,
  cast(sum(events) as bigint) as events,
  cast(sum(months) as bigint) as months,
  cast(sum(expected_months) as decimal(18, 9)) as expected_months
from placed
group by measure
union all
select
  'PRACTICE' as level,
  coalesce(rendering_tin, 'none') as who,
  measure,
  cast(sum(case when months > 0 then 1 else 0 end) as bigint) as people,
  cast(sum(events) as bigint) as events,
  cast(sum(months) as bigint) as months,
  cast(sum(expected_months) as decimal(18, 9)) as expected_months
from placed
group by coalesce(rendering_tin, 'none'), measure
union all
select
  'CLINICIAN' as level,
  coalesce(rendering_npi, 'none') as who,
  measure,
  cast(sum(case when months > 0 then 1 else 0 end) as bigint) as people,
  cast(sum(events) as bigint) as events,
  cast(sum(months) as bigint) as months,
  cast(sum(expected_months) as decimal(18, 9)) as expected_months
from placed
group by coalesce(rendering_npi, 'none'), measure
