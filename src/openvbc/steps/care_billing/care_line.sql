-- purpose: claim lines of care management and of what conflicts with it, as they stand
-- grain: one row a claim line of a listed code, neither denied nor withdrawn
-- scope: person
-- inputs: professional_line, institutional_line, institutional_claim, withdrawn_claim, billed_code
-- cite: rules/care_billing/code.csv and conflict.csv, each row with its source
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   code: the code billed
--   biller_npi: the practitioner on the line; of a facility, its NPI
--   biller_tin: the practice billed under; of a facility, its certification number
--   service_month: first day of the month of service
--   service_date: date of service
--   units: units billed
--   received_date: when the claim was processed, else when it became known
--   claim_id: the claim record
--   claim_line_number: the line
--   modifier: first modifier of the line; null on facility claims
--   specialty_code: specialty on the line; null on facility claims and where it is not told
--
-- professional_line                        care_line
-- | claim_id | hcpcs_code | line start |  | code  | service_month | units |
-- | c1       | 99490      | 2025-03-31 |  | 99490 | 2025-03-01    |     1 |
-- | c2       | 70450      | 2025-03-31 |
with every_line as (
  select
    l.person_id,
    l.hcpcs_code as code,
    l.rendering_npi as biller_npi,
    l.rendering_tin as biller_tin,
    l.claim_line_start_date as service_date,
    coalesce(l.units, 1) as units,
    coalesce(l.effective_date, l.load_date, l.claim_line_end_date) as received_date,
    l.claim_id,
    l.claim_line_number,
    l.hcpcs_modifier_1 as modifier,
    l.specialty_code,
    'professional' as claim_kind
  from professional_line l
  where l.sign = 1
    and not l.is_denied
  union all
  select
    l.person_id,
    l.hcpcs_code as code,
    c.facility_npi as biller_npi,
    c.facility_ccn as biller_tin,
    l.claim_line_start_date as service_date,
    1 as units,
    coalesce(c.effective_date, c.load_date, c.claim_end_date) as received_date,
    l.claim_id,
    l.claim_line_number,
    cast(null as string) as modifier,
    cast(null as string) as specialty_code,
    'institutional' as claim_kind
  from institutional_line l
  join institutional_claim c
    on c.person_id = l.person_id
    and c.claim_id = l.claim_id
  where c.sign = 1
    and not c.is_denied
)
select
  l.person_id,
  l.code,
  l.biller_npi,
  l.biller_tin,
  make_date(year(l.service_date), month(l.service_date), 1) as service_month,
  l.service_date,
  l.units,
  l.received_date,
  l.claim_id,
  l.claim_line_number,
  l.modifier,
  l.specialty_code
from every_line l
join billed_code b on b.code = l.code
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_kind = l.claim_kind
  and w.claim_id = l.claim_id
where w.claim_id is null
