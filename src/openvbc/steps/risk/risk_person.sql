-- purpose: age, and the profile on which segment and demographic factors depend
-- grain: one row a person and payment year
-- scope: person
-- inputs: scored_person, payment_year
-- cite: CMS-HCC model software, macro AGESEXV2 (age in whole years on 1 February of the payment
--    year; a profile is one combination of everything the demographic factors look at)
--
-- scored_person                                      risk_person
-- person_id | payment_year | birth_date | sex    |   person_id | payment_year | age | profile
-- P1        | 2026         | 1960-02-02 | female |   P1        | 2026         | 65  | female|65|..
with aged as (
  select
    s.person_id,
    s.payment_year,
    s.sex,
    year(y.age_date) - year(s.birth_date)
      - case
          when 100 * month(s.birth_date) + day(s.birth_date)
             > 100 * month(y.age_date) + day(y.age_date) then 1
          else 0
        end as years,
    s.original_reason_entitlement_code as entitlement,
    s.dual_status_code as dual,
    case when s.is_institutional then 'institution' else 'community' end as institutional,
    case when s.is_new_enrollee then 'new' else 'continuing' end as new_enrollee,
    case when s.in_special_needs_plan then 'special needs' else 'general' end as special_needs_plan,
    case when s.has_low_income_subsidy then 'low income' else 'full premium' end as low_income,
    coalesce(s.kidney_status, '') as kidney_status,
    coalesce(cast(s.months_since_transplant as string), '') as months
  from scored_person s
  join payment_year y on y.payment_year = s.payment_year
)
select
  person_id,
  payment_year,
  sex,
  cast(greatest(years, 0) as int) as age,
  sex || '|' || cast(greatest(years, 0) as string)
    || '|' || entitlement
    || '|' || dual
    || '|' || institutional
    || '|' || new_enrollee
    || '|' || special_needs_plan
    || '|' || low_income
    || '|' || kidney_status
    || '|' || months as profile
from aged
