-- purpose: the parts of the mean risk score of a population, exact and not yet divided
-- grain: one row a population, period and enrollment type
-- scope: population
-- inputs: population, measured_enrollment, risk_score
-- cite: 42 CFR 425.605(a)(1), 425.659
-- added: person_months, scored_months, risk_score_times_months, demographic_months,
--   demographic_score_times_months
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--   scored_months: months of people who have a score
--   risk_score_times_months: sum of risk score times months
--   demographic_months: months of people who have a demographic score
--   demographic_score_times_months: sum of demographic score times months
--
-- Means are weighted by person-months: risk_score_times_months / scored_months. Months of people
-- without a score are in person_months only.
--
-- measured_enrollment     risk_score          average_risk_score
-- | person_months |  | risk_score |  | person_months | scored_months | risk_score_times_months |
-- |            12 |  |       1.10 |  |            12 |            12 |                   13.20 |
select
  q.population,
  m.period,
  m.enrollment_type,
  cast(sum(m.person_months) as bigint) as person_months,
  cast(coalesce(sum(case when s.risk_score is not null then m.person_months end), 0) as bigint)
    as scored_months,
  cast(coalesce(sum(cast(s.risk_score as decimal(24, 14)) * m.person_months), 0)
    as decimal(38, 14)) as risk_score_times_months,
  cast(coalesce(sum(case when s.demographic_score is not null then m.person_months end), 0)
    as bigint) as demographic_months,
  cast(coalesce(sum(cast(s.demographic_score as decimal(24, 14)) * m.person_months), 0)
    as decimal(38, 14)) as demographic_score_times_months
from population q
join measured_enrollment m
  on m.person_id = q.person_id
  and m.period = q.period
left join risk_score s
  on s.person_id = m.person_id
  and s.calendar_year = m.calendar_year
  and s.enrollment_type = m.enrollment_type
where m.person_months > 0
group by q.population, m.period, m.enrollment_type
