-- purpose: the conditions a person's diagnoses stand for, and which of them hierarchies drop
-- grain: one row a person, payment year, model and condition
-- scope: person
-- inputs: scored_diagnosis, risk_person, diagnosis_map, diagnosis_edit, condition_rule, hierarchy
-- cite: CMS-HCC model software: ICD-10 to condition mapping of the payment year; age and sex edits
--    (macros V21I0ED, V22I0ED, V24I0ED, V28I0ED and the Medicare Code Editor's age ranges);
--    conditions that need another one beside them, or never count in a model; hierarchies
--    (V22H79H1, V24H86H1, V28115H1, V20H87H1, R08X84H1): a condition drops the milder ones of its
--    family that are listed, whether or not it is itself dropped
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   model: CMS-HCC model, for example V28
--   hcc: condition category
--   dropped_by: the worse condition of the family that drops it; null for one that counts
--
-- scored_diagnosis               risk_condition
-- person_id | diagnosis_code     person_id | payment_year | model | hcc | dropped_by
-- P1        | E1121              P1        | 2026         | V28   | 37  |
-- P1        | E119               P1        | 2026         | V28   | 38  | 37
with mapped as (
  select
    d.person_id,
    d.payment_year,
    m.model,
    d.diagnosis_code,
    m.hcc,
    m.has_edit
  from scored_diagnosis d
  join diagnosis_map m
    on m.payment_year = d.payment_year
    and m.diagnosis_code = d.diagnosis_code
),
edited as (
  select distinct
    m.person_id,
    m.payment_year,
    m.model,
    m.diagnosis_code,
    e.instead_hcc
  from mapped m
  join risk_person p on p.person_id = m.person_id and p.payment_year = m.payment_year
  join diagnosis_edit e on e.model = m.model and e.diagnosis_code = m.diagnosis_code
  where m.has_edit
    and (e.sex is null or e.sex = p.sex)
    and (e.youngest_age is null or p.age >= e.youngest_age)
    and (e.oldest_age is null or p.age <= e.oldest_age)
),
counted as (
  select distinct
    m.person_id,
    m.payment_year,
    m.model,
    coalesce(e.instead_hcc, m.hcc) as hcc
  from mapped m
  left join edited e
    on e.person_id = m.person_id
    and e.payment_year = m.payment_year
    and e.model = m.model
    and e.diagnosis_code = m.diagnosis_code
  where e.person_id is null
    or e.instead_hcc is not null
),
accompanied as (
  select distinct c.person_id, c.payment_year, c.model, c.hcc
  from counted c
  join condition_rule r
    on r.model = c.model
    and r.hcc = c.hcc
  join counted o
    on o.person_id = c.person_id
    and o.payment_year = c.payment_year
    and o.model = c.model
    and o.hcc = r.with_hcc
),
condition as (
  select c.person_id, c.payment_year, c.model, c.hcc
  from counted c
  where not exists (
    select 1
    from condition_rule r
    where r.model = c.model and r.hcc = c.hcc
  )
  union all
  select person_id, payment_year, model, hcc
  from accompanied
),
removal as (
  select c.person_id, c.payment_year, c.model, h.drops_hcc as hcc, min(c.hcc) as dropped_by
  from condition c
  join hierarchy h on h.model = c.model and h.hcc = c.hcc
  group by c.person_id, c.payment_year, c.model, h.drops_hcc
)
select
  c.person_id,
  c.payment_year,
  c.model,
  c.hcc,
  d.dropped_by
from condition c
left join removal d
  on d.person_id = c.person_id
  and d.payment_year = c.payment_year
  and d.model = c.model
  and d.hcc = c.hcc
