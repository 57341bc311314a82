-- purpose: days around what may begin an episode; outpatient claims of other days are not needed
-- grain: one row a chain of stays or an outpatient line that may trigger
-- scope: person
-- inputs: inpatient_stay, transfer_leg, institutional_line, episode_trigger_code, episode_model
-- cite: CMS shadow bundles programs c4, c5 (triggers); nothing is decided here, work is saved
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   first_day: first day that any rule looks at
--   last_day: last day that any rule looks at
--
-- inpatient_stay                              triggered_span
-- | 1 | 470 | 2025-02-03 to 2025-02-06 |      | 1 | 2025-02-02 | 2025-06-05 |
with chain as (
  select
    l.person_id,
    min(s.admission_date) as first_day,
    max(s.discharge_date) as last_day
  from transfer_leg l
  join inpatient_stay s
    on s.person_id = l.person_id
    and s.stay_id = l.stay_id
  left join episode_trigger_code t
    on t.code = s.drg
    and t.setting = 'INPATIENT'
  group by l.person_id, l.chain_id
  having count(t.code) > 0
),
found as (
  select person_id, first_day, last_day
  from chain
  union all
  select
    l.person_id,
    l.claim_line_start_date as first_day,
    l.claim_line_start_date as last_day
  from institutional_line l
  join episode_trigger_code t
    on t.code = l.hcpcs_code
    and t.setting = 'OUTPATIENT'
)
select distinct
  f.person_id,
  date_add(f.first_day, 0 - greatest(
    m.days_before_anchor, m.pre_anchor_days, coalesce(m.joined_outpatient_days, 0)
  )) as first_day,
  date_add(f.last_day, m.post_anchor_days + m.monitoring_days) as last_day
from found f
cross join episode_model m
where f.first_day is not null
