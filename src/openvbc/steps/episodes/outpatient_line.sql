-- purpose: revenue lines of outpatient claims that stand, of people who may have an episode
-- grain: one row a revenue line; one a claim where its lines have no amounts of their own
-- scope: person
-- inputs: triggered_person, institutional_claim, institutional_line, withdrawn_claim,
--   claim_addition, episode_model, episode_claim_type, episode_trigger_code
-- cite: CMS shadow bundles programs c5, d (outpatient lines); CCLF information packet (line
--   payments count only where they add up to the header)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_line_number: revenue line; where the claim counts whole, one of its lines
--   facility_ccn: CMS certification number of the facility
--   revenue_center_code: revenue centre
--   hcpcs_code: procedure or product
--   status_indicator: payment status indicator of the outpatient system, where it was given
--   apc: ambulatory payment classification, where it was given
--   line_date: date of the line
--   effective_date: processing date of the claim
--   attending_npi: attending clinician
--   operating_npi: operating clinician
--   amount: what the line cost on the basis the contract chose (USD); null where it is not given
--   paid_amount: what was paid (USD)
--   primary_payer_amount: what another payer paid first (USD)
--
-- institutional_claim        institutional_line         outpatient_line
-- | claim_id | paid   |      | claim_id | 1 | 80.00 |   | claim_id | 1 | 80.00 |
-- | 5        | 100.00 |      | 5        | 2 | 20.00 |   | 5        | 2 | 20.00 |
with standing as (
  select
    c.person_id,
    c.claim_id,
    c.facility_ccn,
    c.claim_start_date,
    c.effective_date,
    c.attending_npi,
    c.operating_npi,
    c.paid_amount
  from institutional_claim c
  join triggered_person p on p.person_id = c.person_id
  join episode_claim_type t
    on t.claim_type_code = c.claim_type_code
    and t.setting = 'OUTPATIENT'
  cross join episode_model m
  left join withdrawn_claim w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = 'institutional'
    and w.withdrawn_on <= m.known_by
  where c.sign = 1
    and not c.is_denied
    and w.claim_id is null
    and coalesce(c.load_date, c.claim_end_date) <= m.known_by
),
line as (
  select
    s.*,
    l.claim_line_number,
    l.revenue_center_code,
    l.hcpcs_code,
    l.claim_line_start_date,
    l.paid_amount as line_paid_amount,
    cast(sum(l.paid_amount) over (
      partition by s.person_id, s.claim_id
    ) as decimal(18, 2)) as paid_by_lines,
    count(a.claim_id) over (partition by s.person_id, s.claim_id) as lines_with_addition,
    case when exists (
      select t.code from episode_trigger_code t
      where t.code = l.hcpcs_code and t.setting = 'OUTPATIENT'
    ) then 1 else 0 end as may_trigger
  from standing s
  left join institutional_line l
    on l.person_id = s.person_id
    and l.claim_id = s.claim_id
  left join claim_addition a
    on a.claim_id = l.claim_id
    and a.claim_line_number = l.claim_line_number
),
counted as (
  select
    l.*,
    l.claim_line_number is not null and (
      l.paid_by_lines = l.paid_amount
      or (m.amount_basis <> 'PAID' and l.lines_with_addition > 0)
    ) as by_line,
    row_number() over (
      partition by l.person_id, l.claim_id
      order by l.may_trigger desc nulls last, l.claim_line_number nulls last
    ) as position
  from line l
  cross join episode_model m
),
placed as (
  select
    person_id,
    claim_id,
    claim_line_number,
    facility_ccn,
    case when by_line then revenue_center_code end as revenue_center_code,
    case when by_line or may_trigger = 1 then hcpcs_code end as hcpcs_code,
    by_line,
    case when by_line or may_trigger = 1 then coalesce(claim_line_start_date, claim_start_date)
      else claim_start_date end as line_date,
    effective_date,
    attending_npi,
    operating_npi,
    case when by_line then line_paid_amount else paid_amount end as paid_amount
  from counted
  where by_line or position = 1
)
select
  p.person_id,
  p.claim_id,
  p.claim_line_number,
  p.facility_ccn,
  p.revenue_center_code,
  p.hcpcs_code,
  a.status_indicator,
  a.apc,
  p.line_date,
  p.effective_date,
  p.attending_npi,
  p.operating_npi,
  cast(case m.amount_basis
    when 'STANDARDIZED' then a.standardized_amount
    when 'ALLOWED' then a.allowed_amount
    else p.paid_amount end as decimal(18, 2)) as amount,
  cast(p.paid_amount as decimal(18, 2)) as paid_amount,
  coalesce(a.primary_payer_amount, 0) as primary_payer_amount
from placed p
cross join episode_model m
left join claim_addition a
  on a.claim_id = p.claim_id
  and coalesce(a.claim_line_number, 0) =
    case when p.by_line then p.claim_line_number else 0 end
