-- purpose: what each assigned person cost, with the risk score by which people are made comparable
-- grain: one row an assigned person, period and enrollment type
-- scope: person
-- inputs: truncated_expenditure, population, period, risk_score
-- cite: 42 CFR 425.652(a), 425.659
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--   amount: what counts as expenditure (USD, signed)
--   completed_amount: amount times the completion factor (USD)
--   truncated_amount_times_12: twelve times the completed amount, cut off at the threshold (USD)
--   is_truncated: whether the spending was cut off at the threshold
--   risk_score: prospective risk score of the year and enrollment type; null without one
--
-- truncated_expenditure        population                assigned_person
-- | person | person_months |  | person | population |  | person | person_months | risk_score |
-- | P1     |            12 |  | P1     | ASSIGNED   |  | P1     |            12 |       1.10 |
-- | P2     |            12 |  | P2     | ASSIGNABLE |
select
  e.person_id,
  e.period,
  e.enrollment_type,
  e.person_months,
  e.amount,
  e.completed_amount,
  e.truncated_amount_times_12,
  e.is_truncated,
  s.risk_score
from truncated_expenditure e
join population q
  on q.person_id = e.person_id
  and q.period = e.period
join period p on p.period = e.period
left join risk_score s
  on s.person_id = e.person_id
  and s.calendar_year = p.calendar_year
  and s.enrollment_type = e.enrollment_type
where q.population = 'ASSIGNED'
