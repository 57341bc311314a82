-- purpose: every claim line of a member's month, and the one fund that answers for it
-- grain: one row a claim line (a facility claim is one line, by its header)
-- scope: person
-- inputs: capitated_month, capitation_month, capitation_term, responsibility, sub_capitation,
--   institutional_claim, professional_line
-- cite: the contract's division of financial responsibility, and its clauses on expense
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   line_number: a number of the line among the person's
--   claim_kind: institutional or professional
--   claim_type_code: type of the claim
--   code: MS-DRG of a facility claim, HCPCS code of a professional line; null where it has none
--   month_number: the month the line is incurred in, from 1
--   known_month: first day of the month in which the line became known
--   service: the service of the division the line falls under; empty where none
--   fund: GROUP, HOSPITAL, SHARED or PLAN; UNASSIGNED, ASSIGNED_TWICE where none or two hold it
--   is_encounter: whether the line is paid by capitation to whoever rendered it
--   paid_amount: what was paid (USD)
--   shadow_amount: what fee for service would have paid (USD)
--   expense: what counts: zero under a sub-capitation, else paid or its equivalent (USD)
--
-- Among the rows of the division that hold a line, those of the lowest priority number count; if
-- two do, it is assigned twice. A line under a sub-capitation counts nothing: its payment does.
--
-- professional_line                     responsibility              fund_line
-- | person_id | hcpcs | paid_amount |   | service | fund  |         | fund  | expense |
-- | P1        | 99213 |       80.00 |   | visits  | GROUP |         | GROUP |   80.00 |
with written as (
  select
    person_id,
    'institutional' as claim_kind,
    claim_id,
    cast(0 as bigint) as claim_line_number,
    claim_type_code,
    cast(null as string) as hcpcs_code,
    drg_code as code,
    cast(null as string) as specialty_code,
    facility_ccn as provider,
    claim_end_date as incurred_on,
    coalesce(load_date, claim_end_date) as known_on,
    paid_amount,
    paid_amount as shadow_amount
  from institutional_claim
  where not is_denied
  union all
  select
    person_id,
    'professional' as claim_kind,
    claim_id,
    claim_line_number,
    claim_type_code,
    hcpcs_code,
    hcpcs_code as code,
    specialty_code,
    rendering_tin as provider,
    coalesce(claim_line_end_date, claim_end_date) as incurred_on,
    coalesce(load_date, claim_line_end_date, claim_end_date) as known_on,
    paid_amount,
    case when paid_amount = 0 then coalesce(allowed_amount, paid_amount) else paid_amount end
      as shadow_amount
  from professional_line
  where not is_denied
),
member_line as (
  select
    w.person_id,
    w.claim_kind,
    w.claim_type_code,
    w.hcpcs_code,
    w.code,
    w.specialty_code,
    w.provider,
    m.month_number,
    w.known_on,
    w.paid_amount,
    w.shadow_amount,
    row_number() over (
      partition by w.person_id
      order by w.claim_kind nulls last, w.claim_id nulls last, w.claim_line_number nulls last,
        w.incurred_on nulls last, w.known_on nulls last, w.paid_amount nulls last,
        w.shadow_amount nulls last
    ) as line_number
  from written w
  join capitation_month t
    on w.incurred_on >= t.first_day
    and w.incurred_on <= t.last_day
  join capitated_month m
    on m.person_id = w.person_id
    and m.month_number = t.month_number
  cross join capitation_term y
  where w.known_on <= y.known_by
),
candidate as (
  select
    l.person_id,
    l.line_number,
    r.service,
    r.fund,
    rank() over (
      partition by l.person_id, l.line_number
      order by r.priority nulls last
    ) as place
  from member_line l
  join responsibility r
    on r.claim_kind = l.claim_kind
    and (r.claim_type_code is null or r.claim_type_code = l.claim_type_code)
    and (r.hcpcs_low is null or (l.hcpcs_code >= r.hcpcs_low and l.hcpcs_code <= r.hcpcs_high))
    and (r.specialty_code is null or r.specialty_code = l.specialty_code)
    and (r.provider is null or r.provider = l.provider)
),
decided as (
  select
    person_id,
    line_number,
    min(service) as service,
    min(fund) as fund,
    count(*) as holders
  from candidate
  where place = 1
  group by person_id, line_number
),
divided as (
  select
    l.person_id,
    l.line_number,
    l.claim_kind,
    l.claim_type_code,
    l.code,
    l.month_number,
    l.known_on,
    l.paid_amount,
    l.shadow_amount,
    case when d.holders = 1 then d.service end as service,
    case
      when d.holders is null then 'UNASSIGNED'
      when d.holders > 1 then 'ASSIGNED_TWICE'
      else d.fund end as fund,
    s.service is not null as is_sub_capitated
  from member_line l
  left join decided d
    on d.person_id = l.person_id
    and d.line_number = l.line_number
  left join sub_capitation s
    on s.month_number = l.month_number
    and s.provider = l.provider
    and s.service = d.service
    and d.holders = 1
)
select
  v.person_id,
  cast(v.line_number as bigint) as line_number,
  v.claim_kind,
  v.claim_type_code,
  v.code,
  v.month_number,
  date_add(v.known_on, 1 - day(v.known_on)) as known_month,
  v.service,
  v.fund,
  v.is_sub_capitated or (v.paid_amount = 0 and v.shadow_amount <> 0) as is_encounter,
  v.paid_amount,
  v.shadow_amount,
  cast(case
    when v.is_sub_capitated then 0
    when y.counts_equivalent then v.shadow_amount
    else v.paid_amount end as decimal(18, 2)) as expense
from divided v
cross join capitation_term y
