-- purpose: every payment of the store by month, and whether it counts as expenditure or why not
-- grain: one row a person, period, incurred month, entitlement and reason
-- scope: person
-- inputs: institutional_claim, professional_line, non_claims_payment, payment_detail,
--   aligned_month, alignment_period, claim_service
-- cite: ACO REACH financial operating guide (expenditure before the model's payment reductions)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3; null outside the measured years
--   incurred_month: first day of the month the claim was incurred in (its last day counts)
--   alignment: VOLUNTARY or CLAIMS; null where the month does not count
--   entitlement: AGED_DISABLED or ESRD; null where the month does not count
--   set_aside: why the payment does not count; null for one that does
--   records: payment records
--   paid_amount: what was paid (USD, signed)
--   reduced_amount: what the model took off the claims and paid ahead instead (USD, signed)
--   excluded_amount: what comes off: medical education, disproportionate share, uncompensated care
--   amount: what counts: paid plus reduced less excluded (USD, signed)
--
-- Amounts are signed: cancellations are rows, so a sum is right whatever they cancel. A reduction
-- stands on a record of its own without a sign; it takes that of its claim.
--
-- institutional_claim   payment_detail                     aligned_payment
-- | paid_amount |       | population_based_..._reduction | | reduced_amount | amount  |
-- |     8000.00 |       |                        1000.00 | |        1000.00 | 9000.00 |
with detail as (
  select
    person_id,
    claim_id,
    claim_line_number,
    cast(sum(population_based_payment_reduction_amount) as decimal(18, 2)) as reduction
  from payment_detail
  where population_based_payment_reduction_amount is not null
  group by person_id, claim_id, claim_line_number
),
payment as (
  select
    c.person_id,
    c.claim_end_date as incurred_on,
    coalesce(c.load_date, c.claim_end_date) as known_on,
    case
      when c.is_denied then 'DENIED'
      when s.claim_type_code is null then 'UNKNOWN_CLAIM_TYPE'
      when not s.is_counted then 'NOT_FEE_FOR_SERVICE'
    end as set_aside,
    c.paid_amount,
    coalesce(d.reduction, 0) * c.sign as reduced_amount,
    case when s.add_ons_excluded
      then coalesce(c.operating_ime_amount, 0)
        + coalesce(c.operating_dsh_amount, 0)
        + coalesce(c.capital_ime_amount, 0)
        + coalesce(c.capital_dsh_amount, 0)
        + coalesce(c.uncompensated_care_amount, 0)
      else 0 end as excluded_amount
  from institutional_claim c
  left join claim_service s on s.claim_type_code = c.claim_type_code
  left join detail d
    on d.person_id = c.person_id
    and d.claim_id = c.claim_id
    and d.claim_line_number is null
  union all
  select
    l.person_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as incurred_on,
    coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) as known_on,
    case
      when l.is_denied then 'DENIED'
      when s.claim_type_code is null then 'UNKNOWN_CLAIM_TYPE'
      when not s.is_counted then 'NOT_FEE_FOR_SERVICE'
    end as set_aside,
    l.paid_amount,
    coalesce(d.reduction, 0) * l.sign as reduced_amount,
    0 as excluded_amount
  from professional_line l
  left join claim_service s on s.claim_type_code = l.claim_type_code
  left join detail d
    on d.person_id = l.person_id
    and d.claim_id = l.claim_id
    and d.claim_line_number = l.claim_line_number
  union all
  select
    person_id,
    payment_date as incurred_on,
    payment_date as known_on,
    cast(null as string) as set_aside,
    paid_amount,
    0 as reduced_amount,
    0 as excluded_amount
  from non_claims_payment
),
judged as (
  select
    y.person_id,
    p.period,
    date_add(y.incurred_on, 1 - day(y.incurred_on)) as incurred_month,
    m.alignment,
    m.entitlement,
    case
      when y.set_aside is not null then y.set_aside
      when p.period is null then 'OUTSIDE_MEASURED_YEARS'
      when m.person_id is null then 'NOT_ALIGNED'
      when y.known_on > p.known_by then 'KNOWN_LATER'
    end as set_aside,
    y.paid_amount,
    y.reduced_amount,
    y.excluded_amount
  from payment y
  left join alignment_period p on p.calendar_year = year(y.incurred_on)
  left join aligned_month m
    on m.person_id = y.person_id
    and m.period = p.period
    and m.month_number = month(y.incurred_on)
)
select
  person_id,
  period,
  incurred_month,
  alignment,
  entitlement,
  set_aside,
  count(*) as records,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(reduced_amount) as decimal(18, 2)) as reduced_amount,
  cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount,
  cast(sum(paid_amount) + sum(reduced_amount) - sum(excluded_amount) as decimal(18, 2)) as amount
from judged
group by person_id, period, incurred_month, alignment, entitlement, set_aside
