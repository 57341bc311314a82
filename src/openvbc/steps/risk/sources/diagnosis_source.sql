-- purpose: where each mapped diagnosis came from, and why its claim counts or does not
-- grain: one row a person, payment year, mapped diagnosis and claim record
-- scope: person
-- inputs: diagnosis, professional_line, institutional_claim, institutional_line, withdrawn_claim,
--    risk_service_year, diagnosis_map, claim_filter, eligible_procedure
-- cite: CMS encounter data diagnosis filtering logic, as in counted_diagnosis
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   diagnosis_code: ICD-10-CM code, without a point
--   claim_id: the claim record
--   service_date: day of service
--   counts: whether the claim makes the diagnosis count
--   reason: what made the claim count, or why it does not
--
-- diagnosis_source
-- person_id | payment_year | diagnosis_code | claim_id | counts | reason
-- P1        | 2026         | I509           | 77       | true   | PROFESSIONAL
-- P1        | 2026         | I509           | 78       | false  | NO_ELIGIBLE_PROCEDURE
with code as (
  select distinct payment_year, diagnosis_code
  from diagnosis_map
),
mapped as (
  select distinct
    d.person_id,
    y.payment_year,
    y.service_year,
    y.known_by,
    d.claim_id,
    d.diagnosis_code,
    d.claim_end_date as service_date
  from diagnosis d
  join code m on m.diagnosis_code = d.diagnosis_code
  join risk_service_year y
    on y.payment_year = m.payment_year
    and y.service_year = year(d.claim_end_date)
    and y.code_version = d.code_version
),
line as (
  select
    l.person_id,
    l.claim_id,
    max(l.sign) as sign,
    bool_and(l.is_denied) as is_denied,
    bool_or(f.code is not null) as has_type,
    bool_or(p.hcpcs_code is not null and l.sign = 1 and not l.is_denied
      and f.code is not null) as has_procedure,
    min(coalesce(l.load_date, l.claim_line_end_date)) as known_on
  from professional_line l
  left join claim_filter f
    on f.claim_kind = 'claim type'
    and f.code = l.claim_type_code
  left join eligible_procedure p
    on p.service_year = year(l.claim_line_end_date)
    and p.hcpcs_code = l.hcpcs_code
  group by l.person_id, l.claim_id
),
header as (
  select
    c.person_id,
    c.claim_id,
    c.sign,
    c.is_denied,
    f.code is not null as has_type,
    coalesce(f.needs_eligible_procedure, false) as needs_procedure,
    coalesce(c.load_date, c.claim_end_date) as known_on
  from institutional_claim c
  left join claim_filter f
    on f.claim_kind = 'bill type'
    and f.code = substring(c.bill_type_code, 1, 2)
),
header_procedure as (
  select distinct h.person_id, h.claim_id
  from header h
  join institutional_claim c on c.person_id = h.person_id and c.claim_id = h.claim_id
  join institutional_line l on l.person_id = h.person_id and l.claim_id = h.claim_id
  join eligible_procedure p
    on p.service_year = year(c.claim_end_date)
    and p.hcpcs_code = l.hcpcs_code
),
withdrawn as (
  select person_id, claim_id, min(withdrawn_on) as withdrawn_on
  from withdrawn_claim
  group by person_id, claim_id
),
judged as (
  select
    m.person_id,
    m.payment_year,
    m.diagnosis_code,
    m.claim_id,
    m.service_date,
    case
      when l.claim_id is null and h.claim_id is null then 'NO_SUCH_CLAIM'
      when coalesce(l.sign, h.sign) < 0 then 'CANCELLATION'
      when coalesce(l.is_denied, h.is_denied) then 'DENIED'
      when w.withdrawn_on <= m.known_by then 'CANCELLED'
      when coalesce(l.known_on, h.known_on) > m.known_by then 'KNOWN_LATER'
      when l.claim_id is not null and not l.has_type then 'CLAIM_TYPE'
      when h.claim_id is not null and not h.has_type then 'BILL_TYPE'
      when l.claim_id is not null and l.has_procedure then 'PROFESSIONAL'
      when l.claim_id is not null then 'NO_ELIGIBLE_PROCEDURE'
      when not h.needs_procedure then 'INPATIENT'
      when p.claim_id is not null then 'OUTPATIENT'
      else 'NO_ELIGIBLE_PROCEDURE'
    end as reason
  from mapped m
  left join line l on l.person_id = m.person_id and l.claim_id = m.claim_id
  left join header h on h.person_id = m.person_id and h.claim_id = m.claim_id
  left join header_procedure p on p.person_id = m.person_id and p.claim_id = m.claim_id
  left join withdrawn w on w.person_id = m.person_id and w.claim_id = m.claim_id
)
select
  person_id,
  payment_year,
  diagnosis_code,
  claim_id,
  service_date,
  reason in ('PROFESSIONAL', 'INPATIENT', 'OUTPATIENT') as counts,
  reason
from judged
