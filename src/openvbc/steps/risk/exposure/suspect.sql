-- purpose: conditions that drugs or other diagnoses suggest and that are not coded this year
-- grain: one row an assigned person, enrollment type and rule that fires
-- scope: person
-- inputs: suspect_rule, suspect_code, suspect_absent, diagnosis, pharmacy_claim, scored_person,
--    exposure_year, population, risk_service_year
-- cite: rules as data (suspect_rule); a prompt for clinical review, never a diagnosis
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   payment_year: calendar year whose payment the score adjusts
--   rule: the rule that fired; null for a condition to capture again
--   suggests: the condition that is suggested
--   diagnosis_code: the diagnosis that is suggested (ICD-10-CM)
--   evidence_count: how often the evidence was seen
--   first_claim: the first claim that shows it
--   first_date: the day of that claim
--
-- A rule fires when each kind of evidence it names is seen often enough in the service year and
-- none of the codes that already say the condition is.
--
-- suspect
-- person_id | enrollment_type | rule                 | evidence_count | first_claim
-- P1        | AGED_NON_DUAL   | insulin, no diabetes | 3              | 77
with assigned as (
  select q.person_id
  from population q
  join exposure_year x on x.period = q.period
  where q.population = 'ASSIGNED'
  group by q.person_id
),
subject as (
  select s.beneficiary_id, s.enrollment_type, s.payment_year, y.service_year
  from scored_person s
  join exposure_year x on x.payment_year = s.payment_year
  join risk_service_year y on y.payment_year = s.payment_year
  join assigned a on a.person_id = s.beneficiary_id
  group by s.beneficiary_id, s.enrollment_type, s.payment_year, y.service_year
),
seen as (
  select
    d.person_id,
    year(d.claim_end_date) as service_year,
    c.rule,
    c.evidence,
    d.claim_id,
    d.claim_end_date as seen_on
  from diagnosis d
  join suspect_code c
    on c.kind = 'diagnosis'
    and substring(d.diagnosis_code, 1, c.code_length) = c.code
  union all
  select
    p.person_id,
    year(p.dispensing_date) as service_year,
    c.rule,
    c.evidence,
    p.claim_id,
    p.dispensing_date as seen_on
  from pharmacy_claim p
  join suspect_code c
    on c.kind = 'drug'
    and substring(p.ndc_code, 1, c.code_length) = c.code
),
counted as (
  select
    person_id,
    service_year,
    rule,
    evidence,
    count(distinct claim_id) as claims,
    min(claim_id) as first_claim,
    min(seen_on) as first_date
  from seen
  group by person_id, service_year, rule, evidence
),
fired as (
  select
    c.person_id,
    c.service_year,
    c.rule,
    min(c.claims) as evidence_count,
    min(c.first_claim) as first_claim,
    min(c.first_date) as first_date
  from counted c
  join suspect_rule r on r.rule = c.rule
  where c.claims >= r.fewest_claims
  group by c.person_id, c.service_year, c.rule, r.kinds_of_evidence
  having count(distinct c.evidence) = r.kinds_of_evidence
),
said as (
  select distinct d.person_id, year(d.claim_end_date) as service_year, a.rule
  from diagnosis d
  join suspect_absent a on substring(d.diagnosis_code, 1, a.code_length) = a.code
)
select
  s.beneficiary_id as person_id,
  s.enrollment_type,
  s.payment_year,
  f.rule,
  r.suggests,
  r.diagnosis_code,
  f.evidence_count,
  f.first_claim,
  f.first_date
from fired f
join suspect_rule r on r.rule = f.rule
join subject s
  on s.beneficiary_id = f.person_id
  and s.service_year = f.service_year
where not exists (
  select 1
  from said a
  where a.person_id = f.person_id
    and a.service_year = f.service_year
    and a.rule = f.rule
)
