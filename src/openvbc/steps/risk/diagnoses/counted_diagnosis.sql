-- purpose: the diagnoses that count for a payment year: of qualifying claims of the year before
-- grain: one row a person, payment year and mapped diagnosis
-- scope: person
-- inputs: diagnosis, professional_line, institutional_claim, institutional_line, withdrawn_claim,
--    risk_service_year, diagnosis_map, claim_filter, eligible_procedure
-- cite: CMS encounter data diagnosis filtering logic: hospital inpatient by bill type; hospital
--    outpatient by bill type and an eligible CPT or HCPCS code on the claim; professional by an
--    eligible code. Every diagnosis of a qualifying claim counts
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   diagnosis_code: ICD-10-CM code, without a point
--
-- Dates and code version are compared as ranges: the code alone is the key of the join, which is
-- the costliest of scoring.
--
-- diagnosis                                 counted_diagnosis
-- person_id | claim_id | diagnosis_code     person_id | payment_year | diagnosis_code
-- P1        | 77       | I509               P1        | 2026         | I509
with code as (
  select distinct
    m.diagnosis_code,
    y.payment_year,
    y.service_year,
    y.first_day,
    y.last_day,
    y.code_version
  from diagnosis_map m
  join risk_service_year y on y.payment_year = m.payment_year
),
mapped as (
  select d.person_id, c.payment_year, c.service_year, d.claim_id, d.diagnosis_code
  from diagnosis d
  join code c
    on c.diagnosis_code = d.diagnosis_code
    and d.claim_end_date between c.first_day and c.last_day
    and d.code_version between c.code_version and c.code_version
),
professional as (
  select l.person_id, y.service_year, l.claim_id
  from professional_line l
  join claim_filter f
    on f.claim_kind = 'claim type'
    and f.code = l.claim_type_code
  join risk_service_year y on y.service_year = year(l.claim_line_end_date)
  join eligible_procedure p
    on p.service_year = y.service_year
    and p.hcpcs_code = l.hcpcs_code
  where l.sign = 1
    and not l.is_denied
    and coalesce(l.load_date, l.claim_line_end_date) <= y.known_by
),
institutional as (
  select
    c.person_id,
    y.service_year,
    c.claim_id,
    f.needs_eligible_procedure
  from institutional_claim c
  join claim_filter f
    on f.claim_kind = 'bill type'
    and f.code = substring(c.bill_type_code, 1, 2)
  join risk_service_year y on y.service_year = year(c.claim_end_date)
  where c.sign = 1
    and not c.is_denied
    and coalesce(c.load_date, c.claim_end_date) <= y.known_by
),
candidate as (
  select person_id, service_year, claim_id
  from professional
  union all
  select person_id, service_year, claim_id
  from institutional
  where not needs_eligible_procedure
  union all
  select i.person_id, i.service_year, i.claim_id
  from institutional i
  join institutional_line l
    on l.person_id = i.person_id
    and l.claim_id = i.claim_id
  join eligible_procedure p
    on p.service_year = i.service_year
    and p.hcpcs_code = l.hcpcs_code
  where i.needs_eligible_procedure
),
withdrawn as (
  select w.person_id, w.claim_id, y.service_year
  from withdrawn_claim w
  join risk_service_year y on w.withdrawn_on <= y.known_by
),
qualifying as (
  select c.person_id, c.service_year, c.claim_id
  from candidate c
  where not exists (
    select 1
    from withdrawn w
    where w.person_id = c.person_id
      and w.claim_id = c.claim_id
      and w.service_year = c.service_year
  )
)
select distinct m.person_id, m.payment_year, m.diagnosis_code
from mapped m
where exists (
    select 1
    from qualifying q
    where q.person_id = m.person_id
      and q.claim_id = m.claim_id
      and q.service_year = m.service_year
  )
