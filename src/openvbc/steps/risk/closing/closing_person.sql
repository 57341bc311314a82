-- purpose: everyone with an open gap, once for each gap closed and once with all of them closed
-- grain: one row a scored person, payment year and closing
-- scope: person
-- inputs: scored_person, open_gap
-- cite: the value of a gap is the change of the whole score, not a factor
-- columns:
--   person_id: the scored person and the gap closed, joined by #
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
--   scored_person_id: the row of scored_person it comes from
--   beneficiary_id: the person, by the identifier the claim store gives
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   gap: number of the gap closed, or ALL
--
-- closing_person
-- person_id               | payment_year | gap | birth_date | ...
-- P1|AGED_NON_DUAL#7      | 2024         | 7   | 1950-03-01 | ...
-- P1|AGED_NON_DUAL#ALL    | 2024         | ALL | 1950-03-01 | ...
with gap as (
  select person_id, enrollment_type, payment_year, gap
  from open_gap
  union
  select person_id, enrollment_type, payment_year, 'ALL' as gap
  from open_gap
)
select
  s.person_id || '#' || g.gap as person_id,
  s.payment_year,
  s.birth_date,
  s.sex,
  s.original_reason_entitlement_code,
  s.dual_status_code,
  s.is_institutional,
  s.is_new_enrollee,
  s.in_special_needs_plan,
  s.has_low_income_subsidy,
  s.kidney_status,
  s.months_since_transplant,
  s.person_id as scored_person_id,
  s.beneficiary_id,
  s.enrollment_type,
  g.gap
from scored_person s
join gap g
  on g.person_id = s.beneficiary_id
  and g.enrollment_type = s.enrollment_type
  and g.payment_year = s.payment_year
