-- purpose: every payment of the store by month, and whether it counts as expenditure or why not
-- grain: one row a person, period, incurred month, known month, service category and reason
-- scope: person
-- inputs: institutional_claim, professional_line, non_claims_payment, measured_enrollment, period,
--   calendar_month, claim_service, hospital_type, service_code, suspect_billing_code,
--   expenditure_rule
-- cite: 42 CFR 425.602(a)(1), 425.652(a)(1), 425.611(c), 425.670
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   incurred_month: first day of the month the claim was incurred in (its last day counts)
--   known_month: first day of the month in which the payment became known
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   set_aside: why the payment does not count; null for one that does
--   records: payment records
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   excluded_amount: what comes off the payments: IME, DSH and uncompensated care (USD)
--   amount: what counts as expenditure (USD, signed)
--
-- A claim is incurred on its last day (a Part B line on its own). Amounts are signed: cancellations
-- are rows, so a sum is right whatever they cancel. IME, DSH and uncompensated care come off
-- inpatient claims. set_aside is null for what counts; period is null outside the measured years.
--
-- institutional_claim                          payment_month
-- | claim_end_date | paid_amount | ime_... |  | incurred_month | paid_amount | amount |
-- | 2024-03-09     |     9000.00 |  500.00 |  | 2024-03-01     |     9000.00 | 8500.00 |
with payment as (
  select
    c.person_id,
    c.claim_end_date as incurred_on,
    coalesce(c.load_date, c.claim_end_date) as known_on,
    case
      when s.service_category = 'INPATIENT' then coalesce(h.service_category, 'INPATIENT_OTHER')
      else s.service_category
    end as service_category,
    case
      when c.is_denied then 'DENIED'
      when s.claim_type_code is null then 'UNKNOWN_CLAIM_TYPE'
      when not s.is_counted then 'NOT_FEE_FOR_SERVICE'
    end as set_aside,
    c.paid_amount,
    case when s.add_ons_excluded
      then coalesce(c.operating_ime_amount, 0)
        + coalesce(c.operating_dsh_amount, 0)
        + coalesce(c.capital_ime_amount, 0)
        + coalesce(c.capital_dsh_amount, 0)
        + coalesce(c.uncompensated_care_amount, 0)
      else 0 end as excluded_amount
  from institutional_claim c
  left join claim_service s on s.claim_type_code = c.claim_type_code
  cross join expenditure_rule x
  left join hospital_type h
    on s.service_category = 'INPATIENT'
    and h.ccn_characters_3_4 = substring(c.facility_ccn, x.ccn_type_position, 2)
  union all
  select
    l.person_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as incurred_on,
    coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) as known_on,
    coalesce(k.service_category, s.service_category) as service_category,
    case
      when l.is_denied then 'DENIED'
      when s.claim_type_code is null then 'UNKNOWN_CLAIM_TYPE'
      when not s.is_counted then 'NOT_FEE_FOR_SERVICE'
      when b.hcpcs_code is not null then 'SUSPECT_BILLING'
    end as set_aside,
    l.paid_amount,
    0 as excluded_amount
  from professional_line l
  left join claim_service s on s.claim_type_code = l.claim_type_code
  left join service_code k
    on s.service_category = 'PHYSICIAN_AND_SUPPLIER'
    and k.hcpcs_code = l.hcpcs_code
  left join suspect_billing_code b
    on b.claim_type_code = l.claim_type_code
    and b.hcpcs_code = l.hcpcs_code
    and b.calendar_year = year(coalesce(l.claim_line_end_date, l.claim_end_date))
  union all
  select
    person_id,
    payment_date as incurred_on,
    payment_date as known_on,
    'NON_CLAIMS_PAYMENT' as service_category,
    cast(null as string) as set_aside,
    paid_amount,
    0 as excluded_amount
  from non_claims_payment
),
monthly as (
  select
    y.person_id,
    date_add(y.incurred_on, 1 - day(y.incurred_on)) as incurred_month,
    date_add(y.known_on, 1 - day(y.known_on)) as known_month,
    y.known_on > p.known_by as is_late,
    y.service_category,
    y.set_aside,
    count(*) as records,
    cast(sum(y.paid_amount) as decimal(18, 2)) as paid_amount,
    cast(sum(y.excluded_amount) as decimal(18, 2)) as excluded_amount
  from payment y
  left join period p on p.calendar_year = year(y.incurred_on)
  group by
    y.person_id,
    date_add(y.incurred_on, 1 - day(y.incurred_on)),
    date_add(y.known_on, 1 - day(y.known_on)),
    y.known_on > p.known_by,
    y.service_category,
    y.set_aside
)
select
  m.person_id,
  p.period,
  m.incurred_month,
  m.known_month,
  e.enrollment_type,
  coalesce(m.service_category, 'UNKNOWN') as service_category,
  case
    when m.set_aside is not null then m.set_aside
    when p.period is null then 'OUTSIDE_MEASURED_YEARS'
    when e.person_id is null then 'NOT_ENROLLED'
    when (e.excluded_mask & c.bit) <> 0 then 'COVID_19_EPISODE'
    when m.is_late then 'KNOWN_LATER'
  end as set_aside,
  m.records,
  m.paid_amount,
  m.excluded_amount,
  cast(m.paid_amount - m.excluded_amount as decimal(18, 2)) as amount
from monthly m
left join period p on p.calendar_year = year(m.incurred_month)
left join calendar_month c on c.month = month(m.incurred_month)
left join measured_enrollment e
  on e.person_id = m.person_id
  and e.period = p.period
  and ((e.month_mask | e.excluded_mask) & c.bit) <> 0
