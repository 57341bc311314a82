-- purpose: what was spent on a person in the months that count, by enrollment type
-- grain: one row a person, period and enrollment type with at least one month
-- scope: person
-- inputs: measured_enrollment, person_payment
-- cite: 42 CFR 425.602(a)(1)-(3), 425.652(a)(1)-(3)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--   amount: what counts as expenditure (USD, signed)
--
-- person_payment                   person_expenditure
-- | enrollment_type | amount |  | enrollment_type | person_months | amount  |
-- | DISABLED        | 800.00 |  | DISABLED        |             9 | 1000.00 |
-- | DISABLED        | 200.00 |
with spent as (
  select person_id, period, enrollment_type, cast(sum(amount) as decimal(18, 2)) as amount
  from person_payment
  group by person_id, period, enrollment_type
)
select
  m.person_id,
  m.period,
  m.enrollment_type,
  m.person_months,
  cast(coalesce(s.amount, 0) as decimal(18, 2)) as amount
from measured_enrollment m
left join spent s
  on s.person_id = m.person_id
  and s.period = m.period
  and s.enrollment_type = m.enrollment_type
where m.person_months > 0
