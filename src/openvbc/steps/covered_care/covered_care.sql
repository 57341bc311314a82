-- purpose: what was paid for the care of people in the months a contract covers, by kind of care
-- grain: one row a person, period, group, service category and kind of service
-- scope: person
-- inputs: institutional_claim, professional_line, non_claims_payment, payment_detail,
--   covered_month, care_basis, claim_service, hospital_type, service_code
-- cite: the contract's clauses on what counts as spending
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the measured year, for example PY or CONTRACT_YEAR
--   of_group: the group of people the contract gives an amount for
--   service_category: kind of service, for example SKILLED_NURSING; OTHER for an unknown claim type
--   item: MS-DRG of a hospital claim, HCPCS code of a professional line; empty for the others
--   quantity: claims or lines, less those cancelled
--   amount: what counts as spending (USD, signed)
--
-- care_basis says what counts: claims of types known to count or all that are not denied, with or
-- without hospital add-ons, with what a model took off the claims and paid ahead, with payments
-- beside claims. The sum is what the contract's own steps count; a test holds them together.
--
-- professional_line          covered_month              covered_care
-- | hcpcs | paid_amount |    | first_day  |             | item  | quantity | amount |
-- | 99213 |       80.00 |    | 2025-03-01 |             | 99213 |        2 | 160.00 |
-- | 99213 |       80.00 |
with taken_off as (
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
      when s.service_category = 'INPATIENT' then coalesce(h.service_category, 'INPATIENT_OTHER')
      else coalesce(s.service_category, 'OTHER') end as service_category,
    case when s.service_category = 'INPATIENT' then coalesce(c.drg_code, '') else '' end as item,
    c.sign as quantity,
    c.paid_amount
      + case when b.adds_reductions then coalesce(d.reduction, 0) * c.sign else 0 end
      - case when b.takes_add_ons_off and s.add_ons_excluded
        then coalesce(c.operating_ime_amount, 0)
          + coalesce(c.operating_dsh_amount, 0)
          + coalesce(c.capital_ime_amount, 0)
          + coalesce(c.capital_dsh_amount, 0)
          + coalesce(c.uncompensated_care_amount, 0)
        else 0 end as amount
  from institutional_claim c
  cross join care_basis b
  left join claim_service s on s.claim_type_code = c.claim_type_code
  left join hospital_type h
    on s.service_category = 'INPATIENT'
    and h.ccn_characters_3_4 = substring(c.facility_ccn, b.ccn_type_position, 2)
  left join taken_off d
    on d.person_id = c.person_id
    and d.claim_id = c.claim_id
    and d.claim_line_number is null
  where not c.is_denied
    and (coalesce(s.is_counted, false) or not b.counts_known_types)
  union all
  select
    l.person_id,
    coalesce(l.claim_line_end_date, l.claim_end_date) as incurred_on,
    coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) as known_on,
    coalesce(k.service_category, s.service_category, 'OTHER') as service_category,
    coalesce(l.hcpcs_code, '') as item,
    l.sign as quantity,
    l.paid_amount
      + case when b.adds_reductions then coalesce(d.reduction, 0) * l.sign else 0 end as amount
  from professional_line l
  cross join care_basis b
  left join claim_service s on s.claim_type_code = l.claim_type_code
  left join service_code k
    on s.service_category = 'PHYSICIAN_AND_SUPPLIER'
    and k.hcpcs_code = l.hcpcs_code
  left join taken_off d
    on d.person_id = l.person_id
    and d.claim_id = l.claim_id
    and d.claim_line_number = l.claim_line_number
  where not l.is_denied
    and (coalesce(s.is_counted, false) or not b.counts_known_types)
  union all
  select
    p.person_id,
    p.payment_date as incurred_on,
    p.payment_date as known_on,
    'NON_CLAIMS_PAYMENT' as service_category,
    '' as item,
    1 as quantity,
    p.paid_amount as amount
  from non_claims_payment p
  cross join care_basis b
  where b.counts_non_claims
)
select
  y.person_id,
  m.period,
  m.of_group,
  y.service_category,
  y.item,
  cast(sum(y.quantity) as bigint) as quantity,
  cast(sum(y.amount) as decimal(18, 2)) as amount
from payment y
join covered_month m
  on m.person_id = y.person_id
  and y.incurred_on >= m.first_day
  and y.incurred_on <= m.last_day
where y.known_on <= m.known_by
group by y.person_id, m.period, m.of_group, y.service_category, y.item
