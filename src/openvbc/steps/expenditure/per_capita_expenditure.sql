-- purpose: the parts of per capita expenditure by enrollment type, exact and not yet divided
-- grain: one row a population, period and enrollment type
-- scope: population
-- inputs: truncated_expenditure, population, truncation_threshold
-- cite: 42 CFR 425.602(a), 425.652(a)
-- added: persons, person_months, amount, completed_amount, truncated_amount_times_12,
--   truncated_persons
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   persons: people with at least one month
--   person_months: months that count
--   amount: what counts as expenditure (USD, signed)
--   completed_amount: amount times the completion factor (USD)
--   truncated_amount_times_12: twelve times the completed amount, cut off at the threshold (USD)
--   truncated_persons: people whose spending was cut off
--   truncation_threshold: annual amount at which spending is cut off (USD a person-year)
--   completion_factor: what the amount is multiplied with for claims not yet known
--   threshold_source: where the threshold comes from: NATIONAL or POPULATION
--
-- Per capita expenditure is truncated_amount_times_12 / person_months; person-years are
-- person_months / 12. A worksheet divides.
--
-- truncated_expenditure                                per_capita_expenditure
-- | person_months | truncated_amount_times_12 |  | person_months | truncated_amount_times_12 |
-- |            12 |                 240000.00 |  |            18 |                1080000.00 |
-- |             6 |                 840000.00 |
select
  q.population,
  e.period,
  e.enrollment_type,
  count(*) as persons,
  cast(sum(e.person_months) as bigint) as person_months,
  cast(sum(e.amount) as decimal(18, 2)) as amount,
  cast(sum(e.completed_amount) as decimal(38, 8)) as completed_amount,
  cast(sum(e.truncated_amount_times_12) as decimal(38, 8)) as truncated_amount_times_12,
  cast(sum(case when e.is_truncated then 1 else 0 end) as bigint) as truncated_persons,
  t.truncation_threshold,
  t.completion_factor,
  t.source as threshold_source
from truncated_expenditure e
join population q
  on q.person_id = e.person_id
  and q.period = e.period
join truncation_threshold t
  on t.period = e.period
  and t.enrollment_type = e.enrollment_type
group by
  q.population,
  e.period,
  e.enrollment_type,
  t.truncation_threshold,
  t.completion_factor,
  t.source
