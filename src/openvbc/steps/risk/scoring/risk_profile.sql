-- purpose: the segment of each model that a profile is scored in
-- grain: one row a model, payment year and profile that has a segment
-- scope: population
-- inputs: risk_person, scoring, payment_year, dual_status, entitlement, segment
-- cite: CMS-HCC model software: community by age and dual status, institutional, new enrollee,
--    special-needs-plan new enrollee; dialysis, transplant, functioning graft
-- columns:
--   model: CMS-HCC model, for example V28
--   payment_year: calendar year whose payment the score adjusts
--   profile: number that stands for everything the demographic factors look at
--   segment: segment of the model, for example CNA (community, not dual, aged)
--   age: age in whole years on 1 February of the payment year
--   sex: sex as the models read it
--   entitled_by_age: whether entitled by age
--   entitled_by_disability: whether entitled by disability
--   entitled_by_esrd: whether entitled by end-stage renal disease
--   is_full_dual: whether fully dually eligible
--   is_partial_dual: whether partially dually eligible
--   has_medicaid: whether on Medicaid
--   is_institutional: whether the person lives in an institution for long
--   is_disabled: whether under 65 and not entitled by age
--   under_65: whether younger than 65
--   months_since_transplant: whole months since the transplant; 12 stands for 12 and more
--
-- risk_profile
-- model | payment_year | profile    | segment | age | is_disabled | under_65 | ...
-- V28   | 2026         | 6500000000 | CNA     | 65  | false       | false    | ...
with profile as (
  select distinct
    payment_year,
    profile,
    age,
    sex,
    original_reason_entitlement_code,
    dual_status_code,
    is_institutional,
    is_new_enrollee,
    in_special_needs_plan,
    has_low_income_subsidy,
    kidney_status,
    months_since_transplant
  from risk_person
),
described as (
  select
    p.payment_year,
    p.profile,
    p.age,
    p.sex,
    e.entitled_by_age,
    e.entitled_by_disability,
    e.entitled_by_esrd,
    p.is_institutional,
    p.is_new_enrollee,
    p.in_special_needs_plan,
    p.has_low_income_subsidy,
    p.kidney_status,
    p.months_since_transplant,
    d.is_full_dual,
    d.is_partial_dual,
    d.has_medicaid,
    p.age < y.aged_from and not e.entitled_by_age as is_disabled,
    p.age < y.aged_from as under_65
  from profile p
  join payment_year y on y.payment_year = p.payment_year
  join dual_status d on d.dual_status_code = p.dual_status_code
  join entitlement e
    on e.original_reason_entitlement_code = p.original_reason_entitlement_code
),
possible as (
  select
    c.model,
    d.payment_year,
    d.profile,
    g.segment,
    d.age,
    d.sex,
    d.entitled_by_age,
    d.entitled_by_disability,
    d.entitled_by_esrd,
    d.is_full_dual,
    d.is_partial_dual,
    d.has_medicaid,
    d.is_institutional,
    d.is_disabled,
    d.under_65,
    d.months_since_transplant,
    row_number() over (
      partition by c.model, d.payment_year, d.profile
      order by g.priority nulls last
    ) as place
  from described d
  join scoring c on c.payment_year = d.payment_year
  join segment g on g.model = c.model
  where (g.youngest_age is null or d.age >= g.youngest_age)
    and (g.oldest_age is null or d.age <= g.oldest_age)
    and (g.is_institutional is null or g.is_institutional = d.is_institutional)
    and (g.is_new_enrollee is null or g.is_new_enrollee = d.is_new_enrollee)
    and (g.in_special_needs_plan is null or g.in_special_needs_plan = d.in_special_needs_plan)
    and (g.is_full_dual is null or g.is_full_dual = d.is_full_dual)
    and (g.is_partial_dual is null or g.is_partial_dual = d.is_partial_dual)
    and (g.has_low_income_subsidy is null or g.has_low_income_subsidy = d.has_low_income_subsidy)
    and (g.kidney_status is null or g.kidney_status = d.kidney_status)
)
select
  model,
  payment_year,
  profile,
  segment,
  age,
  sex,
  entitled_by_age,
  entitled_by_disability,
  entitled_by_esrd,
  is_full_dual,
  is_partial_dual,
  has_medicaid,
  is_institutional,
  is_disabled,
  under_65,
  months_since_transplant
from possible
where place = 1
