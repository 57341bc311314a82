-- purpose: chronic conditions that paid in an earlier year and what became of them this year
-- grain: one row an assigned person, enrollment type, model and condition
-- scope: person
-- inputs: risk_condition, scored_person, counted_diagnosis, diagnosis_map, chronic_condition,
--    hierarchy, exposure_year, population, risk_raw_score
-- cite: a chronic condition does not end, but counts for a year only if it is coded in it
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   payment_year: calendar year whose payment the score adjusts
--   model: CMS-HCC model, for example V28
--   hcc: condition category of the model
--   last_year: last payment year in which the condition counted
--   diagnosis_code: a diagnosis that stood for the condition (ICD-10-CM)
--   state: OPEN, CLOSED or SUPERSEDED
--
-- CLOSED: coded again. SUPERSEDED: a worse condition of its family is coded now. OPEN: neither.
--
-- recapture
-- person_id | enrollment_type | model | hcc | last_year | diagnosis_code | state
-- P1        | AGED_NON_DUAL   | V28   | 280 | 2023      | J449           | OPEN
with assigned as (
  select q.person_id
  from population q
  join exposure_year x on x.period = q.period
  where q.population = 'ASSIGNED'
  group by q.person_id
),
subject as (
  select s.person_id, s.beneficiary_id, s.enrollment_type, s.payment_year
  from scored_person s
  join exposure_year x on x.payment_year = s.payment_year
  join assigned a on a.person_id = s.beneficiary_id
  group by s.person_id, s.beneficiary_id, s.enrollment_type, s.payment_year
),
earlier as (
  select s.beneficiary_id, c.model, c.hcc, max(c.payment_year) as last_year
  from risk_condition c
  join scored_person s
    on s.person_id = c.person_id
    and s.payment_year = c.payment_year
  join exposure_year x on x.earlier_year = c.payment_year
  join chronic_condition k
    on k.model = c.model
    and k.hcc = c.hcc
  where c.dropped_by is null
  group by s.beneficiary_id, c.model, c.hcc
),
said as (
  select e.beneficiary_id, e.model, e.hcc, min(d.diagnosis_code) as diagnosis_code
  from earlier e
  join counted_diagnosis d
    on d.person_id = e.beneficiary_id
    and d.payment_year = e.last_year
  join diagnosis_map m
    on m.payment_year = d.payment_year
    and m.model = e.model
    and m.diagnosis_code = d.diagnosis_code
    and m.hcc = e.hcc
  group by e.beneficiary_id, e.model, e.hcc
),
superseded as (
  select distinct c.person_id, c.payment_year, c.model, h.drops_hcc as hcc
  from risk_condition c
  join hierarchy h on h.model = c.model and h.hcc = c.hcc
)
select
  s.beneficiary_id as person_id,
  s.enrollment_type,
  s.payment_year,
  e.model,
  e.hcc,
  e.last_year,
  t.diagnosis_code,
  case
    when n.person_id is not null then 'CLOSED'
    when u.person_id is not null then 'SUPERSEDED'
    else 'OPEN'
  end as state
from subject s
join risk_raw_score r
  on r.person_id = s.person_id
  and r.payment_year = s.payment_year
join earlier e
  on e.beneficiary_id = s.beneficiary_id
  and e.model = r.model
join said t
  on t.beneficiary_id = e.beneficiary_id
  and t.model = e.model
  and t.hcc = e.hcc
left join risk_condition n
  on n.person_id = s.person_id
  and n.payment_year = s.payment_year
  and n.model = e.model
  and n.hcc = e.hcc
left join superseded u
  on u.person_id = s.person_id
  and u.payment_year = s.payment_year
  and u.model = e.model
  and u.hcc = e.hcc
