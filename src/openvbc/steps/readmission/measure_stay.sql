-- purpose: which readmission measures a stay belongs to: conditions, hospital-wide cohorts
-- grain: one row a stay and measure
-- scope: person
-- inputs: stay_chain, stay_procedure, condition_code, diagnosis_category,
--         specialty_cohort, surgical_procedure, excluded_diagnosis_category
-- cite: CMS readmission measure methodology, cohorts; 42 CFR 412.152, applicable condition
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   measure: readmission measure
--   cohort: cohort of the measure, for the hospital-wide measure the specialty
--
-- The last stay of a transfer chain decides. Hospital-wide: surgery and gynecology if such a
-- procedure was done, else the cohort of the principal diagnosis.
--
-- stay_chain                            measure_stay
-- | stay_id | primary_diagnosis_code |  | stay_id | measure       | cohort           |
-- | 1       | I5023                  |  | 1       | HF            |                  |
-- |         |                        |  | 1       | HOSPITAL_WIDE | Cardiorespiratory|
with discharged as (
  select *
  from stay_chain
  where is_last
),
discharged_procedure as (
  select p.*
  from stay_procedure p
  join discharged d
    on d.person_id = p.person_id
    and d.stay_id = p.stay_id
),
coded as (
  select
    s.person_id,
    s.stay_id,
    c.measure,
    c.role
  from discharged s
  join condition_code c
    on c.code = s.primary_diagnosis_code
    and c.code_kind = 'DIAGNOSIS'
  union all
  select
    p.person_id,
    p.stay_id,
    c.measure,
    c.role
  from discharged_procedure p
  join condition_code c
    on c.code = p.procedure_code
    and c.code_kind = 'PROCEDURE'
),
condition_stay as (
  select
    person_id,
    stay_id,
    measure
  from coded
  group by person_id, stay_id, measure
  having max(case when role = 'INCLUDE' then 1 else 0 end) = 1
    and max(case when role = 'EXCLUDE' then 1 else 0 end) = 0
),
surgical as (
  select distinct
    p.person_id,
    p.stay_id,
    o.cohort
  from discharged_procedure p
  left join surgical_procedure l on l.procedure_code = p.procedure_code
  join specialty_cohort o
    on o.kind = 'PROCEDURE'
    and (o.category = p.category or l.procedure_code is not null)
),
hospital_wide as (
  select
    s.person_id,
    s.stay_id,
    coalesce(min(g.cohort), min(m.cohort)) as cohort
  from discharged s
  left join diagnosis_category c on c.diagnosis_code = s.primary_diagnosis_code
  left join surgical g
    on g.person_id = s.person_id
    and g.stay_id = s.stay_id
  left join specialty_cohort m
    on m.kind = 'DIAGNOSIS'
    and m.category = c.category
  left join excluded_diagnosis_category x on x.category = c.category
  where x.category is null
  group by s.person_id, s.stay_id
)
select
  person_id,
  stay_id,
  measure,
  cast(null as string) as cohort
from condition_stay
union all
select
  person_id,
  stay_id,
  'HOSPITAL_WIDE' as measure,
  cohort
from hospital_wide
where cohort is not null
