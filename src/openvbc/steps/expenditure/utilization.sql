-- purpose: services used by a population, by measure
-- grain: one row a population, period, enrollment type and measure
-- scope: population
-- inputs: service_event, population
-- cite: CMS Shared Savings Program expenditure and utilization reports
-- added: events, days, amount
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   measure: what is counted, for example INPATIENT_SHORT_TERM
--   events: how often the service was used
--   days: days of the stays; 0 where the measure has none
--   amount: what was paid for the services (USD)
--
-- Per 1,000 person-years: events * 12000 / person_months of per_capita_expenditure.
--
-- service_event                         utilization
-- | measure              | events |  | measure              | events |
-- | INPATIENT_SHORT_TERM |      1 |  | INPATIENT_SHORT_TERM |      3 |
-- | INPATIENT_SHORT_TERM |      2 |
select
  q.population,
  v.period,
  v.enrollment_type,
  v.measure,
  cast(sum(v.events) as bigint) as events,
  cast(sum(v.days) as bigint) as days,
  cast(sum(v.amount) as decimal(18, 2)) as amount
from service_event v
join population q
  on q.person_id = v.person_id
  and q.period = v.period
group by q.population, v.period, v.enrollment_type, v.measure
