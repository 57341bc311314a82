-- purpose: age, and the profile on which segment and demographic factors depend
-- grain: one row a person and payment year
-- scope: person
-- inputs: scored_person, payment_year
-- cite: CMS-HCC model software, macro AGESEXV2 (age in whole years on 1 February of the payment
--    year)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   age: age in whole years on 1 February of the payment year
--   profile: number that stands for everything the demographic factors look at
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
--
-- A profile is one combination of everything the demographic factors look at, as one number, so
-- that their rules run once a profile and not once a person. Months since a transplant stop at 12:
-- factors know 4 to 9 and 10 or more.
--
-- scored_person                                      risk_person
-- person_id | payment_year | birth_date | sex    |   person_id | payment_year | age | profile
-- P1        | 2026         | 1960-02-02 | female |   P1        | 2026         | 65  | 6500000000
with aged as (
  select
    s.person_id,
    s.payment_year,
    s.sex,
    greatest(
      0,
      year(y.age_date) - year(s.birth_date)
        - case
            when 100 * month(s.birth_date) + day(s.birth_date)
               > 100 * month(y.age_date) + day(y.age_date) then 1
            else 0
          end
    ) as age,
    s.original_reason_entitlement_code,
    s.dual_status_code,
    s.is_institutional,
    s.is_new_enrollee,
    s.in_special_needs_plan,
    s.has_low_income_subsidy,
    s.kidney_status,
    least(s.months_since_transplant, 12) as months_since_transplant
  from scored_person s
  join payment_year y on y.payment_year = s.payment_year
),
numbered as (
  select
    person_id,
    payment_year,
    age,
    cast(dual_status_code as bigint) as dual,
    cast(original_reason_entitlement_code as bigint) as entitlement,
    case when sex = 'female' then 0 else 1 end as is_male,
    case when is_institutional then 1 else 0 end as institutional,
    case when is_new_enrollee then 1 else 0 end as new_enrollee,
    case when in_special_needs_plan then 1 else 0 end as special_needs,
    case when has_low_income_subsidy then 1 else 0 end as low_income,
    case
      when kidney_status is null then 0
      when kidney_status = 'dialysis' then 1
      else 2
    end as kidney,
    coalesce(months_since_transplant, 0) as months,
    sex,
    original_reason_entitlement_code,
    dual_status_code,
    is_institutional,
    is_new_enrollee,
    in_special_needs_plan,
    has_low_income_subsidy,
    kidney_status,
    months_since_transplant
  from aged
)
select
  person_id,
  payment_year,
  cast(age as int) as age,
  cast(
    100 * (100 * (100 * (100 * cast(age as bigint) + dual)
      + 2 * (2 * (2 * institutional + new_enrollee) + special_needs) + low_income)
      + months)
      + 12 * entitlement + 2 * kidney + is_male
    as bigint
  ) as profile,
  sex,
  original_reason_entitlement_code,
  dual_status_code,
  is_institutional,
  is_new_enrollee,
  in_special_needs_plan,
  has_low_income_subsidy,
  kidney_status,
  months_since_transplant
from numbered
