-- purpose: a person's spending completed and cut off at the threshold, kept exact
-- grain: one row a person, period and enrollment type
-- scope: person
-- inputs: person_expenditure, truncation_threshold
-- cite: 42 CFR 425.604(a)(4), 425.652(a)(4)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   person_months: months that count
--   amount: what counts as expenditure (USD, signed)
--   completed_amount: amount times the completion factor (USD)
--   truncated_amount_times_12: twelve times the completed amount, cut off at the threshold (USD)
--   is_truncated: whether the spending was cut off at the threshold
--
-- With m months the annual amount is x * 12 / m. Weighted back by m / 12 and cut off at T it is
-- min(x * 12, T * m) / 12, so the twelvefold is kept and nothing is rounded.
--
-- person_expenditure                truncated_expenditure (T = 140000)
-- | person_months | amount   |  | truncated_amount_times_12 | is_truncated |
-- |             6 | 90000.00 |  |                 840000.00 | true         |
with completed as (
  select
    e.person_id,
    e.period,
    e.enrollment_type,
    e.person_months,
    e.amount,
    cast(cast(e.amount as decimal(20, 2)) * t.completion_factor as decimal(28, 8))
      as completed_amount,
    cast(cast(t.truncation_threshold as decimal(20, 2)) * e.person_months as decimal(36, 8))
      as limit_times_12
  from person_expenditure e
  join truncation_threshold t
    on t.period = e.period
    and t.enrollment_type = e.enrollment_type
)
select
  person_id,
  period,
  enrollment_type,
  person_months,
  amount,
  completed_amount,
  cast(case
    when completed_amount * 12 > limit_times_12 then limit_times_12
    else completed_amount * 12
    end as decimal(36, 8)) as truncated_amount_times_12,
  coalesce(completed_amount * 12 > limit_times_12, false) as is_truncated
from completed
