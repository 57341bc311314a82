-- purpose: the months that count for a person, by enrollment type
-- grain: one row a person, period and enrollment type
-- scope: person
-- inputs: enrollment, covid_episode, period
-- cite: 42 CFR 425.602(a)(3), 425.652(a)(3), 425.611(c)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   calendar_year: calendar year
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   month_mask: months as bits, January is 1, February 2, March 4
--   excluded_mask: months that leave the calculation, as bits like month_mask
--   person_months: months that count
--
-- enrollment                               measured_enrollment
-- | enrollment_type | month_mask        |  | month_mask | excluded_mask | person_months |
-- | AGED_NON_DUAL   | 4095 (all twelve) |  |       4088 |             7 |             9 |
select
  e.person_id,
  p.period,
  p.calendar_year,
  e.enrollment_type,
  e.month_mask - (e.month_mask & coalesce(v.month_mask, 0)) as month_mask,
  e.month_mask & coalesce(v.month_mask, 0) as excluded_mask,
  cast(bit_count(e.month_mask - (e.month_mask & coalesce(v.month_mask, 0))) as int)
    as person_months
from enrollment e
join period p on p.calendar_year = e.calendar_year
left join covid_episode v on v.person_id = e.person_id and v.period = p.period
