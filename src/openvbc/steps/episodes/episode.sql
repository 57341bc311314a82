-- purpose: every candidate episode: trigger, windows, outcome, spending by phase, limited spending
-- grain: one row a candidate; candidates = SETTLED + DROPPED
-- scope: person
-- inputs: episode_trigger, episode_outcome, episode_limit, person_span, person_identifier
-- cite: CMS shadow bundles programs c1-h1
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the claim of the first leg; for an outpatient trigger, claim and line
--   category: the clinical episode category
--   setting: INPATIENT or OUTPATIENT
--   status: SETTLED or DROPPED
--   reason: why it is dropped; null where it is not
--   other_episode_id: the episode that stands in its place; null where none does
--   trigger_claim_id: the claim that triggers
--   trigger_code: MS-DRG or HCPCS that triggers
--   drg_billed: MS-DRG as billed on the last leg
--   price_cell: MS-DRG or ambulatory classification by which the episode is priced
--   facility_ccn: CMS certification number of the anchor facility
--   attending_npi: attending clinician of the first leg
--   operating_npi: operating clinician of the first leg
--   primary_diagnosis_code: principal diagnosis of the last leg (ICD-10-CM)
--   anchor_begin: first day of the anchor
--   anchor_end: last day of the anchor
--   post_anchor_end: last day of the episode as planned
--   last_day: last day of the episode: its end, or the death of the person
--   monitor_end: last day that is watched after the episode
--   lookback_begin: first day of the lookback
--   legs: legs of the transfer chain
--   fiscal_year: federal fiscal year of the end of the anchor
--   has_aco: whether an alignment with an accountable care organisation touches the episode
--   pre_anchor_amount: spending before the anchor (USD)
--   anchor_amount: spending of the anchor (USD)
--   post_anchor_amount: spending after the anchor (USD)
--   monitored_amount: spending in the watched days after the episode (USD)
--   episode_amount: spending of the episode: before, in and after the anchor (USD)
--   updated_amount: the same at the prices of the performance year (USD)
--   limited_amount: updated_amount within the limits of its cell (USD, to a tenth of a cent)
--   paid_amount: of what was paid, the part in the episode (USD)
--
-- episode_outcome                  episode_limit            episode
-- | 7 | SETTLED | 99000.00 |       | 470 | 62000.500 |      | 7 | SETTLED | 62000.500 |
with aligned as (
  select distinct
    t.person_id,
    t.episode_id
  from episode_trigger t
  join (
    select
      coalesce(i.person_id, s.member_id) as person_id,
      s.first_day,
      s.last_day
    from person_span s
    left join person_identifier i on i.member_id = s.member_id
    where s.kind = 'ACO'
  ) a
    on a.person_id = t.person_id
    and a.first_day <= t.post_anchor_end
    and a.last_day >= t.anchor_begin
)
select
  t.person_id,
  t.episode_id,
  t.category,
  t.setting,
  o.status,
  o.reason,
  o.other_episode_id,
  t.trigger_claim_id,
  t.trigger_code,
  t.drg_billed,
  t.price_cell,
  t.facility_ccn,
  t.attending_npi,
  t.operating_npi,
  t.primary_diagnosis_code,
  t.anchor_begin,
  t.anchor_end,
  t.post_anchor_end,
  o.last_day,
  t.monitor_end,
  t.lookback_begin,
  t.legs,
  o.fiscal_year,
  a.episode_id is not null as has_aco,
  o.pre_anchor_amount,
  o.anchor_amount,
  o.post_anchor_amount,
  o.monitored_amount,
  o.episode_amount,
  o.updated_amount,
  cast(case
    when l.upper_limit is not null and o.updated_amount > l.upper_limit then l.upper_limit
    when l.lower_limit is not null and o.updated_amount < l.lower_limit then l.lower_limit
    else o.updated_amount end as decimal(18, 3)) as limited_amount,
  o.paid_amount
from episode_trigger t
join episode_outcome o
  on o.person_id = t.person_id
  and o.episode_id = t.episode_id
left join episode_limit l
  on o.status = 'SETTLED'
  and l.category = t.category
  and l.price_cell = t.price_cell
  and l.fiscal_year = o.fiscal_year
left join aligned a
  on a.person_id = t.person_id
  and a.episode_id = t.episode_id
