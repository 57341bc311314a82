-- purpose: everyone to be scored, once for each enrollment type of the year, as the models see them
-- grain: one row a person, payment year and enrollment type
-- scope: person
-- inputs: person, enrollment, coverage, risk_service_year, enrollment_status, entitlement
-- cite: CMS-HCC model software (inputs of the person file); 42 CFR 425.601(a)(1): scores by
--    enrollment type. A new enrollee had Part B in fewer than twelve months of the service year
-- columns:
--   person_id: the person and enrollment type, joined by |
--   payment_year: calendar year whose payment the score adjusts
--   birth_date: date of birth
--   sex: sex as the models read it
--   original_reason_entitlement_code: why the person first came to Medicare (0 age, 1 disability, 2
--     ESRD)
--   dual_status_code: dual eligibility status code
--   is_institutional: whether the person lives in an institution for long
--   is_new_enrollee: whether Part B was held in fewer than twelve months of the service year
--   in_special_needs_plan: whether enrolled in a special needs plan
--   has_low_income_subsidy: whether the person has the low-income subsidy
--   kidney_status: dialysis, transplant or functioning graft; empty for others
--   months_since_transplant: whole months since the transplant; 12 stands for 12 and more
--   beneficiary_id: the person, by the identifier the claim store gives
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--
-- enrollment_status says what an enrollment type tells of a person: dual or not, on dialysis or
-- not. Claim feeds say neither partial from full dual status nor long stays in an institution.
-- Nobody under 65 is entitled by age, so a blank code there is disability (AGESEXV2).
-- The key names person and type, because a person may be scored under several types in a year.
-- People without birth date or sex cannot be scored and are not here.
--
-- scored_person
-- person_id        | payment_year | beneficiary_id | enrollment_type | birth_date | ...
-- P1|AGED_NON_DUAL | 2024         | P1             | AGED_NON_DUAL   | 1950-03-01 | ...
with status as (
  select
    e.person_id,
    y.payment_year,
    y.under_65_if_born_after,
    e.enrollment_type,
    bit_count(e.month_mask) as months,
    bit_count(e.month_mask & coalesce(c.dual_mask, 0)) as dual_months,
    bit_count(coalesce(b.part_b_mask, 0)) as part_b_months
  from enrollment e
  join risk_service_year y on y.payment_year = e.calendar_year
  left join coverage c
    on c.person_id = e.person_id
    and c.calendar_year = y.payment_year
  left join coverage b
    on b.person_id = e.person_id
    and b.calendar_year = y.service_year
  where e.month_mask > 0
)
select
  s.person_id || '|' || s.enrollment_type as person_id,
  s.payment_year,
  p.birth_date,
  p.sex,
  case
    when n.original_reason_entitlement_code is not null then n.original_reason_entitlement_code
    when p.birth_date > s.under_65_if_born_after then t.entitlement_if_unknown_under_65
    else t.entitlement_if_unknown
  end as original_reason_entitlement_code,
  case
    when coalesce(t.is_dual, 2 * s.dual_months >= s.months) then t.dual_code
    else t.not_dual_code
  end as dual_status_code,
  false as is_institutional,
  s.part_b_months < 12 as is_new_enrollee,
  false as in_special_needs_plan,
  false as has_low_income_subsidy,
  t.kidney_status,
  cast(null as int) as months_since_transplant,
  s.person_id as beneficiary_id,
  s.enrollment_type
from status s
join person p on p.person_id = s.person_id
join enrollment_status t on t.enrollment_type = s.enrollment_type
left join entitlement n
  on n.original_reason_entitlement_code = p.original_reason_entitlement_code
where p.birth_date is not null
  and p.sex in ('female', 'male')
