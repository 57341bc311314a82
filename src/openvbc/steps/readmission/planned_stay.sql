-- purpose: which stays were planned, and why
-- grain: one row a stay
-- scope: person
-- inputs: acute_stay, stay_procedure, diagnosis_category,
--         always_planned_diagnosis, always_planned_procedure,
--         potentially_planned_procedure_category, potentially_planned_procedure,
--         acute_diagnosis_category, acute_diagnosis
-- cite: CMS planned readmission algorithm, version 4
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   is_planned: whether the stay was planned
--   reason: what makes the stay planned
--
-- Always planned (transplant, maintenance chemotherapy, rehabilitation); else potentially planned
-- if a procedure of the list was done and the principal diagnosis is not acute; else unplanned.
--
-- acute_stay                             planned_stay
-- | stay_id | primary_diagnosis_code |  | stay_id | is_planned | reason              |
-- | 4       | Z5111                  |  | 4       | true       | ALWAYS_DIAGNOSIS    |
-- | 5       | I2510 (with a bypass)  |  | 5       | true       | POTENTIALLY_PLANNED |
-- | 6       | I214 (with a bypass)   |  | 6       | false      | ACUTE_DIAGNOSIS     |
with stay_diagnosis as (
  select
    s.person_id,
    s.stay_id,
    s.primary_diagnosis_code,
    c.category
  from acute_stay s
  left join diagnosis_category c on c.diagnosis_code = s.primary_diagnosis_code
),
procedure_test as (
  select
    p.person_id,
    p.stay_id,
    max(case when a.category is not null then 1 else 0 end) as always_planned,
    max(
      case when g.category is not null or l.procedure_code is not null then 1 else 0 end
    ) as potentially_planned
  from stay_procedure p
  left join always_planned_procedure a on a.category = p.category
  left join potentially_planned_procedure_category g on g.category = p.category
  left join potentially_planned_procedure l on l.procedure_code = p.procedure_code
  group by p.person_id, p.stay_id
),
tested as (
  select
    d.person_id,
    d.stay_id,
    a.category is not null as diagnosis_always_planned,
    coalesce(t.always_planned, 0) = 1 as procedure_always_planned,
    coalesce(t.potentially_planned, 0) = 1 as procedure_potentially_planned,
    c.category is not null or e.diagnosis_code is not null as diagnosis_is_acute
  from stay_diagnosis d
  left join procedure_test t
    on t.person_id = d.person_id
    and t.stay_id = d.stay_id
  left join always_planned_diagnosis a on a.category = d.category
  left join acute_diagnosis_category c on c.category = d.category
  left join acute_diagnosis e on e.diagnosis_code = d.primary_diagnosis_code
)
select
  person_id,
  stay_id,
  procedure_always_planned
    or diagnosis_always_planned
    or (procedure_potentially_planned and not diagnosis_is_acute) as is_planned,
  case
    when procedure_always_planned then 'ALWAYS_PROCEDURE'
    when diagnosis_always_planned then 'ALWAYS_DIAGNOSIS'
    when procedure_potentially_planned and diagnosis_is_acute then 'ACUTE_DIAGNOSIS'
    when procedure_potentially_planned then 'POTENTIALLY_PLANNED'
    else 'NO_PLANNED_PROCEDURE'
  end as reason
from tested
