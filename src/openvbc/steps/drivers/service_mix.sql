-- purpose: how many services of which kind assigned people had, and what was paid for them
-- grain: one row a period, enrollment type, service category and kind of service
-- scope: population
-- inputs: institutional_claim, professional_line, non_claims_payment, population,
--   measured_enrollment, period, calendar_month, claim_service, hospital_type, service_code,
--   suspect_billing_code, expenditure_rule
-- cite: as in payment_month, whose dollars these are
-- added: quantity, amount
-- columns:
--   period: the period of the contract, for example PY or BY3
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   service_category: kind of service, for example INPATIENT or OUTPATIENT
--   item: MS-DRG of a hospital claim, HCPCS code of a professional line; empty for the others
--   quantity: claims or lines, less those cancelled
--   amount: what counts as expenditure (USD, signed)
--
-- The dollars of a category are those of category_expenditure of the assigned population; a law
-- of the tests holds them together. A cancellation takes a claim back, in number as in dollars.
--
-- professional_line                       service_mix
-- | person | hcpcs_code | paid_amount |  | item  | quantity | amount |
-- | P1     | 99213      |       80.00 |  | 99213 |        2 | 160.00 |
-- | P2     | 99213      |       80.00 |
with payment as (
  select
    c.person_id,
    c.claim_end_date as incurred_on,
    coalesce(c.load_date, c.claim_end_date) as known_on,
    case
      when s.service_category = 'INPATIENT' then coalesce(h.service_category, 'INPATIENT_OTHER')
      else s.service_category
    end as service_category,
    case when s.service_category = 'INPATIENT' then coalesce(c.drg_code, '') else '' end as item,
    c.sign as quantity,
    c.paid_amount
      - case when s.add_ons_excluded
        then coalesce(c.operating_ime_amount, 0)
          + coalesce(c.operating_dsh_amount, 0)
          + coalesce(c.capital_ime_amount, 0)
          + coalesce(c.capital_dsh_amount, 0)
          + coalesce(c.uncompensated_care_amount, 0)
        else 0 end as amount
  from institutional_claim c
  join claim_service s on s.claim_type_code = c.claim_type_code
  cross join expenditure_rule x
  left join hospital_type h
    on s.service_category = 'INPATIENT'
    and h.ccn_characters_3_4 = substring(c.facility_ccn, x.ccn_type_position, 2)
  where s.is_counted
    and not coalesce(c.is_denied, false)
  union all
  select
    l.person_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as incurred_on,
    coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) as known_on,
    coalesce(k.service_category, s.service_category) as service_category,
    coalesce(l.hcpcs_code, '') as item,
    l.sign as quantity,
    l.paid_amount as amount
  from professional_line l
  join claim_service s on s.claim_type_code = l.claim_type_code
  left join service_code k
    on s.service_category = 'PHYSICIAN_AND_SUPPLIER'
    and k.hcpcs_code = l.hcpcs_code
  left join suspect_billing_code b
    on b.claim_type_code = l.claim_type_code
    and b.hcpcs_code = l.hcpcs_code
    and b.calendar_year = year(coalesce(l.claim_line_end_date, l.claim_end_date))
  where s.is_counted
    and not coalesce(l.is_denied, false)
    and b.hcpcs_code is null
  union all
  select
    person_id,
    payment_date as incurred_on,
    payment_date as known_on,
    'NON_CLAIMS_PAYMENT' as service_category,
    '' as item,
    1 as quantity,
    paid_amount as amount
  from non_claims_payment
)
select
  p.period,
  e.enrollment_type,
  y.service_category,
  y.item,
  cast(sum(y.quantity) as bigint) as quantity,
  cast(sum(y.amount) as decimal(18, 2)) as amount
from payment y
join period p
  on p.calendar_year = year(y.incurred_on)
  and y.known_on <= p.known_by
join population q
  on q.person_id = y.person_id
  and q.period = p.period
  and q.population = 'ASSIGNED'
join calendar_month c on c.month = month(y.incurred_on)
join measured_enrollment e
  on e.person_id = y.person_id
  and e.period = p.period
  and (e.month_mask & c.bit) <> 0
group by p.period, e.enrollment_type, y.service_category, y.item
