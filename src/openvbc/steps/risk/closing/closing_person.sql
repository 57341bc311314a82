-- purpose: everyone with an open gap, once for each gap closed and once with all of them closed
-- grain: one row a scored person, payment year and closing
-- scope: person
-- inputs: scored_person, open_gap
-- cite: the value of a gap is the change of the whole score, not a factor
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
