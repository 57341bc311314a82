-- purpose: services a person used, counted as CMS reports them
-- grain: one row a person, period, enrollment type and measure
-- scope: person
-- inputs: stay, stay_bill, institutional_claim, institutional_line, professional_line,
--   withdrawn_claim, measured_enrollment, period, calendar_month, claim_service, hospital_type,
--   utilization_code, provider_specialty, given_specialty, primary_care_facility, expenditure_rule
-- cite: CMS Shared Savings Program expenditure and utilization reports
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   measure: what is counted, for example INPATIENT_SHORT_TERM
--   events: how often the service was used
--   days: days of the stays; 0 where the measure has none
--   amount: what was paid for the services (USD)
--
-- Only records that stand as known by the period's date: not denied, not cancelled. Admissions and
-- nursing stays are those of the stays steps: an admission counts on its discharge, with the days
-- and dollars of all its bills; a nursing stay on its first bill, its days and dollars on each.
-- Imaging counts once a person and day.
--
-- institutional_claim                         service_event
-- | claim_type_code | facility_ccn | ... |  | measure              | events |
-- | 60              | 010001       |     |  | INPATIENT_SHORT_TERM |      1 |
with facility_claim as (
  select
    p.period,
    c.person_id,
    c.claim_id,
    case
      when s.service_category = 'INPATIENT' then coalesce(h.service_category, 'INPATIENT_OTHER')
      else s.service_category
    end as service_category,
    p.known_by,
    c.claim_end_date,
    c.bill_type_code
  from institutional_claim c
  join period p
    on p.calendar_year = year(c.claim_end_date)
    and coalesce(c.load_date, c.claim_end_date) <= p.known_by
  join claim_service s on s.claim_type_code = c.claim_type_code
  cross join expenditure_rule x
  left join hospital_type h
    on s.service_category = 'INPATIENT'
    and h.ccn_characters_3_4 = substring(c.facility_ccn, x.ccn_type_position, 2)
  left join withdrawn_claim w
    on w.claim_kind = 'institutional'
    and w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.withdrawn_on <= p.known_by
  where c.sign = 1
    and not c.is_denied
    and s.is_counted
    and w.claim_id is null
),
admission as (
  select
    f.period,
    f.person_id,
    f.claim_end_date as service_date,
    f.service_category as measure,
    1 as events,
    s.days,
    s.paid_amount as amount
  from facility_claim f
  join stay s
    on s.known_by = f.known_by
    and s.person_id = f.person_id
    and s.stay_id = f.claim_id
  where f.service_category like 'INPATIENT%'
    and s.is_discharged
),
nursing_stay as (
  select
    f.period,
    f.person_id,
    f.claim_end_date as service_date,
    'SKILLED_NURSING' as measure,
    case when b.position = 1 then 1 else 0 end as events,
    b.days,
    b.paid_amount as amount
  from facility_claim f
  join stay_bill b
    on b.known_by = f.known_by
    and b.person_id = f.person_id
    and b.claim_id = f.claim_id
  where f.service_category = 'SKILLED_NURSING'
),
emergency_claim as (
  select distinct f.period, f.person_id, f.claim_id, f.service_category, f.claim_end_date
  from facility_claim f
  join institutional_line l
    on l.person_id = f.person_id
    and l.claim_id = f.claim_id
  join utilization_code u
    on u.code = l.revenue_center_code
    and u.measure = 'EMERGENCY_DEPARTMENT'
  where f.service_category = 'OUTPATIENT'
    or f.service_category like 'INPATIENT%'
),
emergency as (
  select
    period,
    person_id,
    claim_end_date as service_date,
    case when service_category = 'OUTPATIENT' then 'EMERGENCY_DEPARTMENT'
      else 'EMERGENCY_DEPARTMENT_ADMITTED' end as measure,
    1 as events,
    0 as days,
    0 as amount
  from emergency_claim
),
coded_line as (
  select
    p.period,
    l.person_id,
    l.claim_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as service_date,
    u.measure,
    coalesce(l.specialty_code, g.specialty_code) as specialty_code,
    coalesce(l.load_date, l.claim_end_date) as known_on,
    p.known_by
  from professional_line l
  join utilization_code u
    on u.code = l.hcpcs_code
    and u.code_kind = 'HCPCS'
  join period p
    on p.calendar_year = year(coalesce(l.claim_line_end_date, l.claim_end_date))
  left join given_specialty g on g.npi = l.rendering_npi
  where l.sign = 1
    and not l.is_denied
    and l.allowed_amount > 0
),
standing_line as (
  select c.*
  from coded_line c
  left join withdrawn_claim w
    on w.claim_kind = 'professional'
    and w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.withdrawn_on <= c.known_by
  where c.known_on <= c.known_by
    and w.claim_id is null
),
visit as (
  select
    s.period,
    s.person_id,
    s.service_date,
    case
      when s.specialty_code is null then 'EVALUATION_AND_MANAGEMENT_UNKNOWN_SPECIALTY'
      when r.role = 'PRIMARY_CARE' then 'EVALUATION_AND_MANAGEMENT_PRIMARY_CARE'
      when r.role = 'PRACTITIONER' then 'EVALUATION_AND_MANAGEMENT_PRACTITIONER'
      else 'EVALUATION_AND_MANAGEMENT_SPECIALIST'
    end as measure,
    1 as events,
    0 as days,
    0 as amount
  from standing_line s
  left join provider_specialty r on r.specialty_code = s.specialty_code
  where s.measure = 'EVALUATION_AND_MANAGEMENT'
),
clinic_visit as (
  select distinct
    f.period,
    f.person_id,
    f.claim_id,
    f.claim_end_date as service_date
  from facility_claim f
  join primary_care_facility k
    on k.bill_type_prefix = substring(f.bill_type_code, 1, 2)
    and (k.provider_kind = 'FQHC' or k.provider_kind = 'RHC')
),
imaging as (
  select distinct period, person_id, service_date, measure
  from standing_line
  where measure <> 'EVALUATION_AND_MANAGEMENT'
),
event as (
  select period, person_id, service_date, measure, events, days, amount from admission
  union all
  select period, person_id, service_date, measure, events, days, amount from nursing_stay
  union all
  select period, person_id, service_date, measure, events, days, amount from emergency
  union all
  select period, person_id, service_date, measure, events, days, amount from visit
  union all
  select
    period, person_id, service_date, 'CLINIC_VISIT' as measure,
    1 as events, 0 as days, 0 as amount
  from clinic_visit
  union all
  select
    period, person_id, service_date, measure, 1 as events, 0 as days, 0 as amount
  from imaging
)
select
  v.person_id,
  v.period,
  e.enrollment_type,
  v.measure,
  cast(sum(v.events) as bigint) as events,
  cast(sum(v.days) as bigint) as days,
  cast(sum(v.amount) as decimal(18, 2)) as amount
from event v
join calendar_month c on c.month = month(v.service_date)
join measured_enrollment e
  on e.person_id = v.person_id
  and e.period = v.period
  and (e.month_mask & c.bit) <> 0
group by v.person_id, v.period, e.enrollment_type, v.measure
