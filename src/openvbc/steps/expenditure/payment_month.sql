-- purpose: every payment of the store by month, and whether it counts as expenditure or why not
-- grain: one row a person, period, incurred month, known month, service category and reason
-- scope: person
-- inputs: institutional_claim, professional_line, non_claims_payment, measured_enrollment, period,
--   calendar_month, claim_service, hospital_type, service_code, suspect_billing_code,
--   expenditure_rule
-- cite: 42 CFR 425.602(a)(1), 425.652(a)(1), 425.611(c), 425.670
-- made: once a bucket
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
-- Categories are numbers until the payments are grouped: numbers group faster than names.
--
-- institutional_claim                          payment_month
-- | claim_end_date | paid_amount | ime_... |  | incurred_month | paid_amount | amount |
-- | 2024-03-09     |     9000.00 |  500.00 |  | 2024-03-01     |     9000.00 | 8500.00 |
with service as (
  select service_category from claim_service
  union
  select service_category from hospital_type
  union
  select service_category from service_code
  union
  select 'INPATIENT_OTHER' as service_category
  union
  select 'NON_CLAIMS_PAYMENT' as service_category
),
category as (
  select
    service_category,
    cast(row_number() over (order by service_category nulls last) as int) as category
  from service
),
claim_kind as (
  select
    s.claim_type_code,
    s.is_counted,
    s.add_ons_excluded,
    s.service_category = 'INPATIENT' as is_inpatient,
    s.service_category = 'PHYSICIAN_AND_SUPPLIER' as is_physician,
    c.category
  from claim_service s
  join category c on c.service_category = s.service_category
),
hospital as (
  select h.ccn_characters_3_4, c.category
  from hospital_type h
  join category c on c.service_category = h.service_category
),
other_hospital as (
  select category
  from category
  where service_category = 'INPATIENT_OTHER'
),
line_code as (
  select
    n.hcpcs_code,
    min(c.category) as category,
    bool_or(n.is_suspect) as is_suspect
  from (
    select hcpcs_code, service_category, false as is_suspect from service_code
    union all
    select hcpcs_code, cast(null as string) as service_category, true as is_suspect
    from suspect_billing_code
  ) n
  left join category c on c.service_category = n.service_category
  group by n.hcpcs_code
),
payment as (
  select
    c.person_id,
    c.claim_end_date as incurred_on,
    coalesce(c.load_date, c.claim_end_date) as known_on,
    case
      when s.is_inpatient then coalesce(h.category, o.category)
      else s.category
    end as category,
    c.is_denied,
    s.is_counted,
    false as is_suspect,
    c.paid_amount,
    case when s.add_ons_excluded
      then coalesce(c.operating_ime_amount, 0)
        + coalesce(c.operating_dsh_amount, 0)
        + coalesce(c.capital_ime_amount, 0)
        + coalesce(c.capital_dsh_amount, 0)
        + coalesce(c.uncompensated_care_amount, 0)
      else 0 end as excluded_amount
  from institutional_claim c
  cross join expenditure_rule x
  cross join other_hospital o
  left join claim_kind s on s.claim_type_code = c.claim_type_code
  left join hospital h
    on s.is_inpatient
    and h.ccn_characters_3_4 = substring(c.facility_ccn, x.ccn_type_position, 2)
  union all
  select
    l.person_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as incurred_on,
    coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) as known_on,
    case when s.is_physician then coalesce(k.category, s.category) else s.category end as category,
    l.is_denied,
    s.is_counted,
    b.hcpcs_code is not null as is_suspect,
    l.paid_amount,
    0 as excluded_amount
  from professional_line l
  left join claim_kind s on s.claim_type_code = l.claim_type_code
  left join line_code k on k.hcpcs_code = l.hcpcs_code
  left join suspect_billing_code b
    on b.hcpcs_code = case when k.is_suspect then l.hcpcs_code end
    and b.claim_type_code = l.claim_type_code
    and b.calendar_year = year(coalesce(l.claim_line_end_date, l.claim_end_date))
  union all
  select
    n.person_id,
    n.payment_date as incurred_on,
    n.payment_date as known_on,
    c.category,
    false as is_denied,
    true as is_counted,
    false as is_suspect,
    n.paid_amount,
    0 as excluded_amount
  from non_claims_payment n
  join category c on c.service_category = 'NON_CLAIMS_PAYMENT'
),
dated as (
  select
    y.person_id,
    date_add(y.incurred_on, 1 - day(y.incurred_on)) as incurred_month,
    date_add(y.known_on, 1 - day(y.known_on)) as known_month,
    y.known_on > p.known_by as is_late,
    y.category,
    coalesce(y.is_denied, false) as is_denied,
    case when not coalesce(y.is_denied, false) then y.is_counted end as is_counted,
    y.is_suspect and y.is_counted and not coalesce(y.is_denied, false) as is_suspect,
    y.paid_amount,
    y.excluded_amount
  from payment y
  left join period p on p.calendar_year = year(y.incurred_on)
),
monthly as (
  select
    person_id,
    incurred_month,
    known_month,
    is_late,
    category,
    is_denied,
    is_counted,
    is_suspect,
    count(*) as records,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
    cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount
  from dated
  group by
    person_id, incurred_month, known_month, is_late, category, is_denied, is_counted, is_suspect
)
select
  m.person_id,
  p.period,
  m.incurred_month,
  m.known_month,
  e.enrollment_type,
  coalesce(n.service_category, 'UNKNOWN') as service_category,
  case
    when m.is_denied then 'DENIED'
    when m.is_counted is null then 'UNKNOWN_CLAIM_TYPE'
    when not m.is_counted then 'NOT_FEE_FOR_SERVICE'
    when m.is_suspect then 'SUSPECT_BILLING'
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
left join category n on n.category = m.category
left join measured_enrollment e
  on e.person_id = m.person_id
  and e.calendar_year = p.calendar_year
  and ((e.month_mask | e.excluded_mask) & c.bit) <> 0
