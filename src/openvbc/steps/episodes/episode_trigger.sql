-- purpose: candidate episodes: what may begin one, with its windows
-- grain: one row a candidate; episode_id is the claim of the first leg, or claim and line
-- scope: person
-- inputs: inpatient_stay, transfer_leg, outpatient_line, procedure, stay_bill, episode_model,
--   episode_trigger_code, episode_trigger_procedure, outpatient_rank, outpatient_status
-- cite: CMS shadow bundles programs c3-c5 (transfers, triggers, windows)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the claim of the first leg; for an outpatient trigger, claim and line
--   category: the clinical episode category
--   setting: INPATIENT or OUTPATIENT
--   trigger_claim_id: the claim that triggers: of the last leg, or the outpatient claim
--   trigger_line: revenue line that triggers; null for a stay
--   trigger_code: MS-DRG or HCPCS that triggers
--   drg_billed: MS-DRG as billed on the last leg
--   price_cell: MS-DRG or ambulatory classification by which the episode is priced and capped
--   facility_ccn: CMS certification number of the anchor facility (of the first leg)
--   attending_npi: attending clinician of the first leg
--   operating_npi: operating clinician of the first leg
--   primary_diagnosis_code: principal diagnosis of the last leg (ICD-10-CM)
--   discharge_disposition_code: discharge status code of the last leg
--   anchor_begin: first day of the anchor
--   anchor_end: last day of the anchor
--   post_anchor_end: last day of the episode, day 1 being the last day of the anchor
--   monitor_end: last day that is watched after the episode
--   lookback_begin: first day of the lookback
--   stay_days: days of the anchor stay, at least one; null for an outpatient anchor
--   legs: legs of the transfer chain
--   other_payer_amount: what another payer paid first for the anchor (USD)
--   is_highest_ranked: whether no line of the claim ranks higher; null where ranks are not known
--   joined_to: the inpatient candidate that takes this outpatient one into it; null where none
--   begins_outpatient_on: day of the outpatient candidate with which a stay begins; null if none
--
-- inpatient_stay                                   episode_trigger
-- | stay | drg | admission  | discharge  |         | episode | anchor_begin | post_anchor_end |
-- | 7    | 470 | 2024-01-02 | 2024-01-05 |         | 7       | 2024-01-02   | 2024-04-03      |
with leg as (
  select
    l.person_id,
    l.chain_id,
    l.leg,
    l.is_last,
    s.stay_id,
    s.facility_ccn,
    s.attending_npi,
    s.operating_npi,
    s.primary_diagnosis_code,
    s.discharge_disposition_code,
    s.drg,
    s.drg_billed,
    s.admission_date,
    s.discharge_date,
    s.primary_payer_amount
  from transfer_leg l
  join inpatient_stay s
    on s.person_id = l.person_id
    and s.stay_id = l.stay_id
),
chain as (
  select
    person_id,
    chain_id,
    count(*) as legs,
    min(admission_date) as anchor_begin,
    max(discharge_date) as anchor_end,
    cast(sum(primary_payer_amount) as decimal(18, 2)) as other_payer_amount
  from leg
  group by person_id, chain_id
),
procedure_on_chain as (
  select distinct
    l.person_id,
    l.chain_id,
    t.category
  from leg l
  join stay_bill e
    on e.person_id = l.person_id
    and e.claim_id = l.stay_id
  join stay_bill b
    on b.known_by = e.known_by
    and b.person_id = e.person_id
    and b.setting = e.setting
    and b.place = e.place
    and b.stay_number = e.stay_number
  join procedure p
    on p.person_id = b.person_id
    and p.claim_id = b.claim_id
  join episode_trigger_procedure t on t.procedure_code = p.procedure_code
),
inpatient as (
  select
    c.person_id,
    c.chain_id as episode_id,
    t.category,
    'INPATIENT' as setting,
    z.stay_id as trigger_claim_id,
    cast(null as bigint) as trigger_line,
    t.code as trigger_code,
    z.drg_billed,
    coalesce(t.price_cell, t.code) as price_cell,
    a.facility_ccn,
    a.attending_npi,
    a.operating_npi,
    z.primary_diagnosis_code,
    z.discharge_disposition_code,
    c.anchor_begin,
    c.anchor_end,
    greatest(datediff(c.anchor_end, c.anchor_begin), 1) as stay_days,
    c.legs,
    c.other_payer_amount,
    cast(null as boolean) as is_highest_ranked
  from chain c
  join leg a
    on a.person_id = c.person_id
    and a.chain_id = c.chain_id
    and a.leg = 1
  join leg z
    on z.person_id = c.person_id
    and z.chain_id = c.chain_id
    and z.is_last
  join episode_trigger_code t
    on t.setting = 'INPATIENT'
    and t.code = z.drg
    and c.anchor_begin >= t.first_day
    and c.anchor_begin <= t.last_day
  left join procedure_on_chain p
    on p.person_id = c.person_id
    and p.chain_id = c.chain_id
    and p.category = t.category
  where not t.needs_procedure
    or p.category is not null
),
ranked_line as (
  select
    l.person_id,
    l.claim_id,
    l.claim_line_number,
    r.line_rank
  from outpatient_line l
  join outpatient_status o on o.status_indicator = l.status_indicator
  join outpatient_rank r
    on r.hcpcs_code = l.hcpcs_code
    and r.calendar_year = year(l.line_date)
),
best_rank as (
  select
    person_id,
    claim_id,
    min(line_rank) as best_rank
  from ranked_line
  group by person_id, claim_id
),
outpatient_found as (
  select
    l.*,
    t.category,
    t.price_cell,
    case
      when l.status_indicator is null then cast(null as boolean)
      when year(l.line_date) >= t.comprehensive_from_year and o.status_indicator is null
        then false
      else h.best_rank is null or coalesce(r.line_rank <= h.best_rank, false)
      end as is_highest_ranked,
    row_number() over (
      partition by l.person_id, l.line_date
      order by l.amount desc nulls last, l.effective_date desc nulls last,
        l.claim_id nulls last, l.claim_line_number nulls last
    ) as position
  from outpatient_line l
  join episode_trigger_code t
    on t.setting = 'OUTPATIENT'
    and t.code = l.hcpcs_code
    and l.line_date >= t.first_day
    and l.line_date <= t.last_day
  left join outpatient_status o on o.status_indicator = l.status_indicator
  left join ranked_line r
    on r.person_id = l.person_id
    and r.claim_id = l.claim_id
    and r.claim_line_number = l.claim_line_number
  left join best_rank h
    on h.person_id = l.person_id
    and h.claim_id = l.claim_id
  where l.amount is null or l.amount > 0
),
outpatient as (
  select
    person_id,
    claim_id || '-' || cast(claim_line_number as string) as episode_id,
    category,
    'OUTPATIENT' as setting,
    claim_id as trigger_claim_id,
    claim_line_number as trigger_line,
    hcpcs_code as trigger_code,
    cast(null as string) as drg_billed,
    coalesce(price_cell, apc, hcpcs_code) as price_cell,
    facility_ccn,
    attending_npi,
    operating_npi,
    cast(null as string) as primary_diagnosis_code,
    cast(null as string) as discharge_disposition_code,
    line_date as anchor_begin,
    line_date as anchor_end,
    cast(null as int) as stay_days,
    1 as legs,
    primary_payer_amount as other_payer_amount,
    is_highest_ranked
  from outpatient_found
  where position = 1
),
taken as (
  select
    o.person_id,
    o.episode_id as outpatient_id,
    min(i.episode_id) as inpatient_id,
    min(o.anchor_begin) as outpatient_day
  from outpatient o
  cross join episode_model m
  join inpatient i
    on i.person_id = o.person_id
    and i.category = o.category
    and datediff(i.anchor_begin, o.anchor_begin) >= 0
    and datediff(i.anchor_begin, o.anchor_begin) <= m.joined_outpatient_days
  group by o.person_id, o.episode_id
),
begun as (
  select
    person_id,
    inpatient_id,
    min(outpatient_day) as outpatient_day
  from taken
  group by person_id, inpatient_id
),
candidate as (
  select * from inpatient
  union all
  select * from outpatient
)
select
  c.person_id,
  c.episode_id,
  c.category,
  c.setting,
  c.trigger_claim_id,
  c.trigger_line,
  c.trigger_code,
  c.drg_billed,
  c.price_cell,
  c.facility_ccn,
  c.attending_npi,
  c.operating_npi,
  c.primary_diagnosis_code,
  c.discharge_disposition_code,
  coalesce(b.outpatient_day, c.anchor_begin) as anchor_begin,
  c.anchor_end,
  date_add(c.anchor_end, m.post_anchor_days - 1) as post_anchor_end,
  date_add(c.anchor_end, m.post_anchor_days + m.monitoring_days - 1) as monitor_end,
  date_add(coalesce(b.outpatient_day, c.anchor_begin), 0 - m.lookback_days) as lookback_begin,
  c.stay_days,
  cast(c.legs as bigint) as legs,
  c.other_payer_amount,
  c.is_highest_ranked,
  t.inpatient_id as joined_to,
  b.outpatient_day as begins_outpatient_on
from candidate c
cross join episode_model m
left join taken t
  on t.person_id = c.person_id
  and t.outpatient_id = c.episode_id
left join begun b
  on b.person_id = c.person_id
  and b.inpatient_id = c.episode_id
