-- purpose: the demographic factors of each profile
-- grain: one row a model, payment year, profile and demographic variable
-- scope: population
-- inputs: risk_profile, demographic_variable, coefficient
-- cite: CMS-HCC model software: age and sex cells, originally disabled, Medicaid of the
--    institutionalised, new enrollee cells, months since transplant
-- columns:
--   model: CMS-HCC model, for example V28
--   payment_year: calendar year whose payment the score adjusts
--   profile: number that stands for everything the demographic factors look at
--   segment: segment of the model, for example CNA (community, not dual, aged)
--   variable: name of the factor in the model
--   coefficient: factor of the score
--
-- risk_demographic
-- model | payment_year | profile    | segment | variable | coefficient
-- V28   | 2026         | 7600000000 | CNA     | F75_79   | 0.465
select distinct
  p.model,
  p.payment_year,
  p.profile,
  p.segment,
  v.variable,
  c.coefficient
from risk_profile p
join demographic_variable v
  on v.model = p.model
  and v.segment = p.segment
join coefficient c
  on c.model = p.model
  and c.segment = p.segment
  and c.variable = v.variable
where (v.sex is null or v.sex = p.sex)
  and (v.youngest_age is null or p.age >= v.youngest_age)
  and (v.oldest_age is null or p.age <= v.oldest_age)
  and (v.has_medicaid is null or v.has_medicaid = p.has_medicaid)
  and (v.is_full_dual is null or v.is_full_dual = p.is_full_dual)
  and (v.is_partial_dual is null or v.is_partial_dual = p.is_partial_dual)
  and (v.is_disabled is null or v.is_disabled = p.is_disabled)
  and (v.is_institutional is null or v.is_institutional = p.is_institutional)
  and (v.entitled_by_age is null or v.entitled_by_age = p.entitled_by_age)
  and (v.entitled_by_disability is null or v.entitled_by_disability = p.entitled_by_disability)
  and (v.entitled_by_esrd is null or v.entitled_by_esrd = p.entitled_by_esrd)
  and (v.first_month is null or p.months_since_transplant >= v.first_month)
  and (v.last_month is null or p.months_since_transplant <= v.last_month)
