-- purpose: what may begin an episode of cancer care: an initiating therapy with its cancer
-- grain: one row a claim line, or a fill of a drug
-- scope: person
-- inputs: cancer_claim, professional_line, institutional_claim, institutional_line,
--   pharmacy_claim, claim_addition, oncology_model, episode_claim_type,
--   initiating_therapy, trigger_source, hospital_place
-- cite: CMS OCM performance-based payment methodology, transcribed (trigger events)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   source: OUTPATIENT, PROFESSIONAL, EQUIPMENT or PHARMACY
--   position: which source stands first on one day; 1 is the first
--   claim_id: the claim record, or the fill
--   claim_line_number: the line; null for a fill
--   therapy_code: HCPCS, or the first nine digits of the drug code
--   therapy_day: day of the line, the revenue line or the fill
--   facility_ccn: CMS certification number of the facility; null where there is none
--   clinician_npi: who gave it, or attended
--   other_payer_amount: what another payer paid first (USD)
--
-- professional_line                     cancer_claim         therapy_event
-- | 5 | J9271 | 2024-02-01 | office |   | professional | 5 | | PROFESSIONAL | 5 | 1 | 2024-02-01 |
with part_b as (
  select
    l.person_id,
    t.setting as source,
    l.claim_id,
    l.claim_line_number,
    l.hcpcs_code as therapy_code,
    l.claim_line_start_date as therapy_day,
    cast(null as string) as facility_ccn,
    l.rendering_npi as clinician_npi,
    coalesce(a.primary_payer_amount, 0) as other_payer_amount
  from professional_line l
  join initiating_therapy i
    on i.code_system = 'HCPCS'
    and i.code = l.hcpcs_code
    and l.claim_line_start_date >= i.first_day
    and l.claim_line_start_date <= i.last_day
  join episode_claim_type t on t.claim_type_code = l.claim_type_code
  join cancer_claim c
    on c.person_id = l.person_id
    and c.claim_id = l.claim_id
    and c.claim_kind = 'professional'
    and c.counted_from <= l.claim_line_start_date
  left join hospital_place h on h.place_of_service_code = l.place_of_service_code
  left join claim_addition a
    on a.claim_id = l.claim_id
    and a.claim_line_number = l.claim_line_number
  where l.sign = 1
    and not l.is_denied
    and h.place_of_service_code is null
    and coalesce(a.allowed_amount, l.allowed_amount, l.paid_amount) > 0
),
outpatient as (
  select
    l.person_id,
    'OUTPATIENT' as source,
    l.claim_id,
    l.claim_line_number,
    l.hcpcs_code as therapy_code,
    coalesce(l.claim_line_start_date, h.claim_start_date) as therapy_day,
    h.facility_ccn,
    h.attending_npi as clinician_npi,
    coalesce(a.primary_payer_amount, 0) as other_payer_amount
  from institutional_line l
  join cancer_claim c
    on c.person_id = l.person_id
    and c.claim_id = l.claim_id
    and c.claim_kind = 'institutional'
  join institutional_claim h
    on h.person_id = l.person_id
    and h.claim_id = l.claim_id
  join initiating_therapy i
    on i.code_system = 'HCPCS'
    and i.code = l.hcpcs_code
    and coalesce(l.claim_line_start_date, h.claim_start_date) >= i.first_day
    and coalesce(l.claim_line_start_date, h.claim_start_date) <= i.last_day
  left join claim_addition a
    on a.claim_id = l.claim_id
    and a.claim_line_number = l.claim_line_number
  where coalesce(a.covered_charge, nullif(l.paid_amount, 0), h.paid_amount) > 0
    and c.counted_from <= coalesce(l.claim_line_start_date, h.claim_start_date)
),
pharmacy as (
  select distinct
    p.person_id,
    'PHARMACY' as source,
    p.claim_id,
    cast(null as bigint) as claim_line_number,
    i.code as therapy_code,
    p.dispensing_date as therapy_day,
    cast(null as string) as facility_ccn,
    cast(null as string) as clinician_npi,
    cast(0 as decimal(18, 2)) as other_payer_amount
  from pharmacy_claim p
  cross join oncology_model m
  join initiating_therapy i
    on i.code_system = 'NDC'
    and i.code = substring(p.ndc_code, 1, m.drug_digits)
    and p.dispensing_date >= i.first_day
    and p.dispensing_date <= i.last_day
  join cancer_claim c
    on c.person_id = p.person_id
    and c.counted_from <= p.dispensing_date
    and c.claim_day <= p.dispensing_date
    and c.claim_day >= date_add(p.dispensing_date, 0 - m.claim_lookback_days)
),
every_event as (
  select * from part_b
  union all
  select * from outpatient
  union all
  select * from pharmacy
)
select
  e.person_id,
  e.source,
  s.position,
  e.claim_id,
  e.claim_line_number,
  e.therapy_code,
  e.therapy_day,
  e.facility_ccn,
  e.clinician_npi,
  e.other_payer_amount
from every_event e
join trigger_source s on s.source = e.source
where e.therapy_day is not null
