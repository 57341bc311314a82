-- purpose: the lines that may count as primary care services, and which of them are left out
-- grain: one row a line (facility claims that count whole: one row a claim)
-- scope: person
-- inputs: professional_line, institutional_claim, institutional_line,
--   participant_entity, clinician_specialty, given_specialty, period, assignment_rule,
--   primary_care_code, provider_specialty, primary_care_facility, electing_teaching_hospital,
--   attested_physician, cancelled_chain
-- cite: 42 CFR 425.400(c), 425.402(b)-(c), 425.404
-- made: on demand
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_line_number: the line of the claim
--   cancelled_key: what the lines of one chain share in which something was cancelled; null without
--   service_date: day of service
--   load_date: day from which the record is known
--   hcpcs_code: HCPCS or CPT code of the service
--   provider_kind: PROFESSIONAL, or the kind of facility that bills
--   role: role of the clinician in assignment, for example PRIMARY_CARE
--   entity_type: ACO for the organisation of a list, TIN for any other
--   entity: identifier of the organisation, or the taxpayer number
--   provider: taxpayer number that bills, or the certification number of the facility
--   clinician_npi: NPI of who rendered the line, or attended the claim; null where none is named
--   charges: allowed charges of the line (USD, signed)
--   is_of_emergency: whether the code counts only in the COVID-19 emergency
--   effective_date: day from which a replacement code counts; null for others
--   not_during_stay: kind of stay on whose days the line does not count
--   left_out: why the line does not count; null for one that counts
--
-- Lines of clinics before 2019 count by revenue center, by listed code, or by both, but once.
-- Charges are signed, cancellations are rows; assignment_charges nets the lines that share a
-- cancelled_key (null where nothing was cancelled). left_out is null for a line that counts,
-- unless it falls on a day of the kind of stay named in not_during_stay. A code of the COVID-19
-- emergency counts only in periods whose window has a month of it (is_of_emergency), a replacement
-- only in those whose window has a day on or after its effective_date; an add-on only where a base
-- code of its claim counts.
--
-- professional_line                               primary_care_line
-- | hcpcs_code | specialty_code | rendering_tin |  | role         | entity_type | entity    |
-- | 99213      | 08             | 123456789     |  | PRIMARY_CARE | ACO         | A1        |
-- | 99214      | 06             | 987654321     |  | SPECIALIST   | TIN         | 987654321 |
with span as (
  select
    min(coalesce(expanded_window_start, window_start)) as first_day,
    max(window_end) as last_day
  from period
),
coded as (
  select l.*, l.specialty_code as known_specialty
  from professional_line l
  where l.specialty_code is not null
  union all
  select l.*, g.specialty_code as known_specialty
  from professional_line l
  join given_specialty g on g.npi = l.rendering_npi
  where l.specialty_code is null
),
listed as (
  select
    l.person_id,
    l.claim_id,
    l.claim_line_number,
    l.claim_line_start_date as service_date,
    l.load_date,
    l.hcpcs_code,
    l.place_of_service_code,
    s.role,
    l.rendering_tin as tin,
    l.rendering_npi as clinician_npi,
    l.allowed_amount as charges,
    c.condition,
    c.is_of_emergency,
    c.effective_date
  from coded l
  join primary_care_code c on c.hcpcs_code = l.hcpcs_code
  join provider_specialty s on s.specialty_code = l.known_specialty
  cross join span
  where l.claim_line_start_date >= span.first_day
    and l.claim_line_start_date <= span.last_day
    and not l.is_denied
),
with_add_on as (
  select distinct person_id, claim_id
  from listed
  where condition = 'ADD_ON'
),
base as (
  select
    l.person_id,
    l.claim_id,
    bool_and(l.is_of_emergency) as is_of_emergency,
    case when count(l.effective_date) = count(*) then min(l.effective_date) end as effective_date
  from listed l
  join with_add_on a
    on a.person_id = l.person_id
    and a.claim_id = l.claim_id
  where l.condition <> 'ADD_ON'
  group by l.person_id, l.claim_id
),
professional as (
  select
    l.person_id,
    l.claim_id,
    l.claim_line_number,
    l.service_date,
    l.load_date,
    l.hcpcs_code,
    'PROFESSIONAL' as provider_kind,
    l.role,
    'TIN' as provider_type,
    l.tin as provider,
    l.clinician_npi,
    l.charges,
    l.is_of_emergency or l.condition = 'ADD_ON' and coalesce(b.is_of_emergency, false)
      as is_of_emergency,
    case
      when l.condition = 'ADD_ON' then coalesce(b.effective_date, l.effective_date)
      else l.effective_date
    end as effective_date,
    case
      when l.condition = 'SKILLED_NURSING' and r.skilled_nursing_test = 'STAY'
        then 'SKILLED_NURSING'
      when l.condition = 'INPATIENT' and r.inpatient_test then 'INPATIENT'
    end as not_during_stay,
    case
      when l.condition = 'ELECTING_TEACHING_HOSPITAL' then 'NOT_AN_ELECTING_TEACHING_HOSPITAL'
      when l.condition = 'SKILLED_NURSING'
        and r.skilled_nursing_test <> 'NONE'
        and l.place_of_service_code = r.skilled_nursing_place_of_service
        then 'IN_SKILLED_NURSING_FACILITY'
      when l.condition = 'HOME'
        and r.home_visit_place_of_service_test
        and coalesce(l.place_of_service_code, 'NONE') <> r.home_place_of_service
        then 'HOME_VISIT_ELSEWHERE'
      when l.condition = 'ADD_ON' and b.claim_id is null
        then 'ADD_ON_WITHOUT_PRIMARY_CARE_SERVICE'
    end as left_out
  from listed l
  cross join assignment_rule r
  left join base b
    on b.person_id = l.person_id
    and b.claim_id = l.claim_id
),
facility_claim as (
  select distinct
    c.person_id,
    c.claim_id,
    c.claim_start_date,
    c.load_date,
    c.facility_ccn,
    c.attending_npi,
    c.operating_npi,
    c.other_npi,
    c.paid_amount,
    f.provider_kind,
    f.counts,
    f.role_from
  from institutional_claim c
  join primary_care_facility f
    on f.bill_type_prefix = substring(c.bill_type_code, 1, 2)
    and (f.first_service_date is null or c.claim_start_date >= f.first_service_date)
    and (f.last_service_date is null or c.claim_start_date <= f.last_service_date)
  left join electing_teaching_hospital h on h.ccn = c.facility_ccn
  cross join span
  where c.claim_end_date >= span.first_day
    and c.claim_start_date <= span.last_day
    and not c.is_denied
    and (f.provider_kind <> 'ETA' or h.ccn is not null)
),
facility_line as (
  select
    f.*,
    l.claim_line_number,
    l.hcpcs_code,
    l.revenue_center_code,
    coalesce(l.claim_line_start_date, f.claim_start_date) as service_date,
    l.paid_amount as charges,
    cast(sum(l.paid_amount)
      over (partition by f.person_id, f.claim_id, f.provider_kind, f.counts)
      as decimal(18, 2)) as line_total
  from facility_claim f
  join institutional_line l
    on l.person_id = f.person_id
    and l.claim_id = f.claim_id
  where f.counts <> 'WHOLE_CLAIM'
),
nursing_claim as (
  select distinct l.person_id, l.claim_id
  from institutional_line l
  join primary_care_code c on c.hcpcs_code = l.hcpcs_code
  join facility_claim f
    on f.person_id = l.person_id
    and f.claim_id = l.claim_id
  cross join assignment_rule r
  where r.facility_skilled_nursing_test
    and f.counts = 'WHOLE_CLAIM'
    and c.condition = 'SKILLED_NURSING'
),
facility as (
  select
    f.person_id,
    f.claim_id,
    cast(null as bigint) as claim_line_number,
    f.claim_start_date as service_date,
    f.load_date,
    cast(null as string) as hcpcs_code,
    f.provider_kind,
    'PRIMARY_CARE' as role,
    'CCN' as provider_type,
    f.facility_ccn as provider,
    f.attending_npi as clinician_npi,
    f.paid_amount as charges,
    false as is_of_emergency,
    cast(null as date) as effective_date,
    case when n.claim_id is not null then 'SKILLED_NURSING' end as not_during_stay,
    cast(null as string) as left_out
  from facility_claim f
  left join nursing_claim n
    on n.person_id = f.person_id
    and n.claim_id = f.claim_id
  where f.counts = 'WHOLE_CLAIM'
  union all
  select distinct
    f.person_id,
    f.claim_id,
    f.claim_line_number,
    f.service_date,
    f.load_date,
    f.hcpcs_code,
    f.provider_kind,
    case
      when f.role_from = 'ATTESTATION' and a.npi is not null then 'PRIMARY_CARE'
      when f.role_from = 'ATTESTATION' then 'PRACTITIONER'
      else s.role
    end as role,
    'CCN' as provider_type,
    f.facility_ccn as provider,
    f.attending_npi as clinician_npi,
    f.charges,
    coalesce(c.is_of_emergency, false) as is_of_emergency,
    c.effective_date,
    case
      when f.counts <> 'LISTED_CODES' then null
      when c.condition = 'SKILLED_NURSING' and r.skilled_nursing_test = 'STAY'
        then 'SKILLED_NURSING'
      when c.condition = 'INPATIENT' and r.inpatient_test then 'INPATIENT'
    end as not_during_stay,
    case
      when f.line_total <> f.paid_amount then 'LINE_PAYMENTS_DO_NOT_ADD_UP'
      when c.condition = 'ELECTING_TEACHING_HOSPITAL'
        and f.provider_kind <> 'ETA'
        and f.counts = 'LISTED_CODES'
        then 'NOT_AN_ELECTING_TEACHING_HOSPITAL'
      when c.condition = 'HOME'
        and r.home_visit_place_of_service_test
        then 'HOME_VISIT_ELSEWHERE'
    end as left_out
  from facility_line f
  cross join assignment_rule r
  join primary_care_facility p
    on p.provider_kind = f.provider_kind
    and p.counts = f.counts
    and (p.revenue_center_prefix is null
      or p.revenue_center_prefix
        = substring(f.revenue_center_code, 1, length(p.revenue_center_prefix)))
  left join primary_care_code c on c.hcpcs_code = f.hcpcs_code
  left join attested_physician a on a.npi = f.attending_npi
  left join clinician_specialty k
    on k.npi = case
      when f.provider_kind = 'ETA' then coalesce(f.other_npi, f.attending_npi)
      else coalesce(f.operating_npi, f.other_npi, f.attending_npi)
    end
  left join provider_specialty s on s.specialty_code = k.specialty_code
  where (f.counts = 'REVENUE_CENTERS' or c.hcpcs_code is not null)
    and (f.role_from = 'ATTESTATION' or s.role is not null)
),
cancelled as (
  select person_id, claim_kind, claim_id, min(natural_key) as natural_key
  from cancelled_chain
  group by person_id, claim_kind, claim_id
),
service as (
  select * from professional
  union all
  select * from facility
)
select
  s.person_id,
  s.claim_id,
  s.claim_line_number,
  k.natural_key as cancelled_key,
  s.service_date,
  s.load_date,
  s.hcpcs_code,
  s.provider_kind,
  s.role,
  case when e.organizations = 1 then 'ACO' else s.provider_type end as entity_type,
  case when e.organizations = 1 then e.aco_id else s.provider end as entity,
  s.provider,
  s.clinician_npi,
  s.charges,
  s.is_of_emergency,
  s.effective_date,
  s.not_during_stay,
  case
    when s.left_out is not null then s.left_out
    when s.provider is null then 'NO_BILLING_PROVIDER'
    when e.organizations > 1 then 'PROVIDER_IN_MORE_THAN_ONE_ACO'
  end as left_out
from service s
left join participant_entity e
  on e.provider_type = s.provider_type
  and e.provider = s.provider
left join cancelled k
  on k.claim_kind = case when s.provider_type = 'TIN' then 'professional' else 'institutional' end
  and k.person_id = s.person_id
  and k.claim_id = s.claim_id
