-- purpose: what became of each claim line in an episode's windows, and what it adds to the episode
-- grain: one row an episode and claim line
-- scope: person
-- inputs: episode_claim_line, institutional_line, diagnosis, claim_addition, episode_model,
--   excluded_stay, excluded_line, excluded_diagnosis, included_line, emergency_revenue_center,
--   emergency_place, anchor_day_place, global_surgery, component_modifier, visit_revenue_center,
--   not_a_visit, update_factor
-- cite: CMS shadow bundles programs d1-d9 (grouping, anchor period, proration), g1-g10 (update)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   setting: kind of care, as in episode_claim_line
--   claim_id: the claim record; for a stay that of its last bill
--   claim_line_number: the line; null where the claim counts whole
--   start_date: first day
--   end_date: last day
--   hcpcs_code: procedure or product
--   drg: MS-DRG of a stay
--   provider: who was paid
--   fate: PRE_ANCHOR, ANCHOR, POST_ANCHOR, MONITORED or LEFT_OUT
--   rule: why it is left out, or how it came to its period
--   proration: WHOLE, MEAN_STAY, DAYS, VISITS or SERVICE_DAYS (first to last billable service)
--   share_part: numerator of the share of the line in its period
--   share_whole: denominator of that share
--   amount: what the line cost on the basis the contract chose (USD)
--   outlier_amount: the part of it that is outlier payment (USD)
--   paid_amount: what was paid (USD)
--   episode_amount: what counts in the episode (USD)
--   monitored_amount: what counts in the watched days after it (USD)
--   outside_amount: what counts in neither (USD)
--   updated_amount: episode_amount at the prices of the performance year (USD)
--   episode_paid_amount: of what was paid, the part in the episode (USD)
--
-- episode_claim_line                              episode_line
-- | SKILLED_NURSING | 03-25 to 04-13 | 2000 |     | POST_ANCHOR | DAYS | 10 of 20 | 1000 |
-- (the episode's last day is 04-03)
with line as (
  select
    *,
    coalesce(claim_line_number, 0) as line_number
  from episode_claim_line
),
other_stay as (
  select
    person_id,
    episode_id,
    category,
    claim_id,
    start_date,
    end_date,
    drg,
    mdc
  from line
  where drg is not null
    and claim_line_number is null
    and not is_anchor
),
excluded_care as (
  select
    l.person_id,
    l.episode_id,
    l.claim_id,
    l.start_date,
    l.end_date,
    min(x.rule) as rule
  from other_stay l
  join excluded_stay x
    on (x.drg = l.drg or x.mdc = l.mdc)
    and (x.category is null or x.category = l.category)
  group by l.person_id, l.episode_id, l.claim_id, l.start_date, l.end_date
),
inside_excluded as (
  select
    l.person_id,
    l.episode_id,
    l.claim_id,
    l.line_number
  from line l
  join excluded_care x
    on x.person_id = l.person_id
    and x.episode_id = l.episode_id
    and l.start_date >= x.start_date
    and l.start_date <= x.end_date
  where l.setting = 'PROFESSIONAL'
  group by l.person_id, l.episode_id, l.claim_id, l.line_number
),
excluded_match as (
  select
    l.person_id,
    l.episode_id,
    l.setting,
    l.claim_id,
    l.line_number,
    l.trigger_code,
    l.place_of_service_code,
    l.start_date,
    x.rule,
    x.setting as only_setting,
    x.drg as only_drg,
    x.place_of_service_code as only_place,
    x.first_day,
    x.last_day
  from line l
  join excluded_line x on x.hcpcs_code = l.hcpcs_code
  union all
  select
    l.person_id,
    l.episode_id,
    l.setting,
    l.claim_id,
    l.line_number,
    l.trigger_code,
    l.place_of_service_code,
    l.start_date,
    x.rule,
    x.setting as only_setting,
    x.drg as only_drg,
    x.place_of_service_code as only_place,
    x.first_day,
    x.last_day
  from line l
  join excluded_line x on x.status_indicator = l.status_indicator
  where x.hcpcs_code is null
  union all
  select
    l.person_id,
    l.episode_id,
    l.setting,
    l.claim_id,
    l.line_number,
    l.trigger_code,
    l.place_of_service_code,
    l.start_date,
    x.rule,
    x.setting as only_setting,
    cast(null as string) as only_drg,
    cast(null as string) as only_place,
    x.first_day,
    x.last_day
  from line l
  join diagnosis d
    on d.person_id = l.person_id
    and d.claim_id = l.claim_id
    and d.position = 1
  join excluded_diagnosis x on x.diagnosis_code = d.diagnosis_code
  where (l.setting = 'OUTPATIENT' and d.claim_kind = 'institutional')
    or (l.setting in ('PROFESSIONAL', 'EQUIPMENT') and d.claim_kind = 'professional')
),
excluded_code as (
  select
    person_id,
    episode_id,
    setting,
    claim_id,
    line_number,
    min(rule) as rule
  from excluded_match
  where setting in ('OUTPATIENT', 'PROFESSIONAL', 'EQUIPMENT')
    and (only_setting is null or only_setting = setting)
    and (only_drg is null or only_drg = trigger_code)
    and (only_place is null or only_place = place_of_service_code)
    and (first_day is null or start_date >= first_day)
    and (last_day is null or start_date <= last_day)
  group by person_id, episode_id, setting, claim_id, line_number
),
included as (
  select distinct
    l.person_id,
    l.episode_id,
    l.setting,
    l.claim_id,
    l.line_number
  from line l
  join included_line n
    on (n.setting is null or n.setting = l.setting)
    and (n.hcpcs_code is null or n.hcpcs_code = l.hcpcs_code)
    and (n.drg is null or n.drg = l.drg)
),
emergency_day as (
  select distinct
    l.person_id,
    l.episode_id,
    l.start_date
  from line l
  join emergency_revenue_center e on e.revenue_center_code = l.revenue_center_code
  cross join episode_model m
  where l.setting = 'OUTPATIENT'
    and l.start_date >= date_add(l.anchor_begin, 0 - m.days_before_anchor)
    and l.start_date <= l.anchor_begin
),
described as (
  select
    l.*,
    case
      when l.amount is null then 'NO_AMOUNT'
      when l.amount <= 0 then 'NO_PAYMENT'
      when l.primary_payer_amount > 0 then 'OTHER_PAYER_FIRST'
      when l.start_date < l.anchor_begin and l.start_date <= l.earlier_end
        then 'IN_EARLIER_EPISODE'
      when l.start_date > l.last_day and l.last_day < date_add(l.anchor_end,
        m.post_anchor_days - 1) then 'AFTER_DEATH'
      when l.is_demonstration then 'DEMONSTRATION'
      when s.rule is not null then s.rule
      when i.claim_id is not null then 'DURING_EXCLUDED_STAY'
      when c.rule is not null then c.rule
      when m.has_inclusions and not l.is_anchor and n.claim_id is null then 'NOT_INCLUDED'
      end as left_out_by,
    r.revenue_center_code is not null
      and l.start_date >= date_add(l.anchor_begin, 0 - m.days_before_anchor)
      and l.start_date <= l.anchor_begin as is_emergency_line,
    p.place_of_service_code is not null and d.start_date is not null as is_emergency_visit,
    g.hcpcs_code is not null
      and (a.modifier is null or b.modifier is null)
      and l.start_date >= date_add(l.anchor_begin, 0 - m.days_before_anchor)
      and l.start_date <= l.anchor_begin as is_global_surgery,
    y.place_of_service_code is not null and l.start_date = l.anchor_end as is_discharge_day,
    case when l.start_date <= l.last_day then l.last_day else l.monitor_end end as period_end
  from line l
  cross join episode_model m
  left join excluded_care s
    on s.person_id = l.person_id
    and s.episode_id = l.episode_id
    and s.claim_id = l.claim_id
    and l.drg is not null
    and not l.is_anchor
  left join inside_excluded i
    on l.setting = 'PROFESSIONAL'
    and i.person_id = l.person_id
    and i.episode_id = l.episode_id
    and i.claim_id = l.claim_id
    and i.line_number = l.line_number
  left join excluded_code c
    on c.person_id = l.person_id
    and c.episode_id = l.episode_id
    and c.setting = l.setting
    and c.claim_id = l.claim_id
    and c.line_number = l.line_number
  left join included n
    on n.person_id = l.person_id
    and n.episode_id = l.episode_id
    and n.setting = l.setting
    and n.claim_id = l.claim_id
    and n.line_number = l.line_number
  left join emergency_revenue_center r
    on r.revenue_center_code = l.revenue_center_code
    and l.setting = 'OUTPATIENT'
  left join emergency_place p
    on p.place_of_service_code = l.place_of_service_code
    and l.setting = 'PROFESSIONAL'
  left join emergency_day d
    on d.person_id = l.person_id
    and d.episode_id = l.episode_id
    and d.start_date = l.start_date
  left join global_surgery g
    on g.hcpcs_code = l.hcpcs_code
    and l.setting = 'PROFESSIONAL'
    and g.calendar_year = year(l.start_date)
  left join component_modifier a on a.modifier = l.modifier
  left join component_modifier b on b.modifier = l.second_modifier
  left join anchor_day_place y
    on y.place_of_service_code = l.place_of_service_code
    and l.setting = 'PROFESSIONAL'
),
placed as (
  select
    d.*,
    case
      when d.left_out_by is not null then 'LEFT_OUT'
      when d.is_anchor or d.is_emergency_line or d.is_emergency_visit or d.is_global_surgery
        or d.is_surgeon_before then 'ANCHOR'
      when d.start_date < d.window_begin then 'LEFT_OUT'
      when d.start_date < d.anchor_begin then 'PRE_ANCHOR'
      when d.start_date < d.anchor_end or d.is_discharge_day then 'ANCHOR'
      when d.start_date <= d.last_day then 'POST_ANCHOR'
      else 'MONITORED' end as fate,
    case
      when d.left_out_by is not null then d.left_out_by
      when d.is_anchor then 'TRIGGER'
      when d.is_emergency_line then 'EMERGENCY_DEPARTMENT'
      when d.is_emergency_visit then 'EMERGENCY_VISIT'
      when d.is_global_surgery then 'GLOBAL_SURGERY'
      when d.is_surgeon_before then 'SURGEON_BEFORE'
      when d.start_date < d.window_begin then 'BEFORE_ANCHOR'
      when d.start_date >= d.anchor_begin and d.start_date >= d.anchor_end
        and d.is_discharge_day then 'DISCHARGE_DAY'
      else 'START_DATE' end as rule
  from described d
),
visit as (
  select
    p.person_id,
    p.episode_id,
    p.claim_id,
    count(*) as visits,
    count(case when i.claim_line_start_date <= p.period_end then 1 end) as visits_in_period,
    min(i.claim_line_start_date) as first_service,
    max(i.claim_line_start_date) as last_service
  from placed p
  cross join episode_model m
  join institutional_line i
    on i.person_id = p.person_id
    and i.claim_id = p.claim_id
  join visit_revenue_center v
    on substring(i.revenue_center_code, 1, length(v.prefix)) = v.prefix
  left join not_a_visit n on n.hcpcs_code = i.hcpcs_code
  left join claim_addition a
    on a.claim_id = i.claim_id
    and a.claim_line_number = i.claim_line_number
  where (p.is_low_utilization or m.home_health_by_days_of_service)
    and p.setting = 'HOME_HEALTH'
    and p.end_date > p.period_end
    and n.hcpcs_code is null
    and coalesce(a.covered_charge, 1) > 0
  group by p.person_id, p.episode_id, p.claim_id
),
shared as (
  select
    p.*,
    case
      when p.fate = 'LEFT_OUT' or p.is_anchor or p.end_date <= p.period_end then 'WHOLE'
      when p.is_paid_by_mean_stay then 'MEAN_STAY'
      when m.home_health_by_days_of_service and v.visits is not null then 'SERVICE_DAYS'
      when p.is_low_utilization and v.visits is not null then 'VISITS'
      else 'DAYS' end as proration,
    case
      when m.home_health_by_days_of_service and v.visits is not null then greatest(
        datediff(least(p.period_end, v.last_service), v.first_service) + 1, 0)
      else datediff(p.period_end, p.start_date) + 1 end as days_in_period,
    case
      when m.home_health_by_days_of_service and v.visits is not null
        then datediff(v.last_service, v.first_service) + 1
      else datediff(p.end_date, p.start_date) + 1 end as days,
    v.visits,
    v.visits_in_period
  from placed p
  cross join episode_model m
  left join visit v
    on v.person_id = p.person_id
    and v.episode_id = p.episode_id
    and v.claim_id = p.claim_id
),
parted as (
  select
    s.*,
    cast(case s.proration
      when 'MEAN_STAY' then case
        when s.days_in_period * m.tenths_of_a_day >= s.mean_stay_tenths - m.tenths_of_a_day
          then s.mean_stay_tenths
        else least((s.days_in_period + 1) * m.tenths_of_a_day, s.mean_stay_tenths) end
      when 'DAYS' then s.days_in_period
      when 'SERVICE_DAYS' then s.days_in_period
      when 'VISITS' then s.visits_in_period
      else 1 end as bigint) as share_part,
    cast(case s.proration
      when 'MEAN_STAY' then s.mean_stay_tenths
      when 'DAYS' then s.days
      when 'SERVICE_DAYS' then s.days
      when 'VISITS' then s.visits
      else 1 end as bigint) as share_whole
  from shared s
  cross join episode_model m
),
counted as (
  select
    p.*,
    cast((cast(
      floor(cast(cast((p.amount - p.outlier_amount) * 100 as bigint) * p.share_part as double)
        / p.share_whole + 0.5) as double) / 100) as decimal(18, 2))
    + cast((cast(
      floor(cast(cast(p.outlier_amount * 100 as bigint)
        * case when p.proration = 'WHOLE' then 1 else p.days_in_period end as double)
        / case when p.proration = 'WHOLE' then 1 else p.days end + 0.5) as double) / 100)
      as decimal(18, 2)) as part_amount,
    cast((cast(
      floor(cast(cast(p.paid_amount * 100 as bigint) * p.share_part as double)
        / p.share_whole + 0.5) as double) / 100) as decimal(18, 2)) as part_paid_amount
  from parted p
),
divided as (
  select
    c.*,
    case when c.fate in ('PRE_ANCHOR', 'ANCHOR', 'POST_ANCHOR') then c.part_amount
      when c.fate in ('MONITORED', 'LEFT_OUT') then 0 end as episode_amount,
    case
      when c.fate = 'MONITORED' then c.part_amount
      when c.fate in ('PRE_ANCHOR', 'ANCHOR', 'POST_ANCHOR') and c.last_day >= date_add(
        c.anchor_end, m.post_anchor_days - 1) then c.amount - c.part_amount
      else 0 end as monitored_amount,
    case when c.fate in ('PRE_ANCHOR', 'ANCHOR', 'POST_ANCHOR') then c.part_paid_amount
      else 0 end as episode_paid_amount
  from counted c
  cross join episode_model m
)
select
  d.person_id,
  d.episode_id,
  d.setting,
  d.claim_id,
  d.claim_line_number,
  d.start_date,
  d.end_date,
  d.hcpcs_code,
  d.drg,
  d.provider,
  d.fate,
  d.rule,
  d.proration,
  d.share_part,
  d.share_whole,
  d.amount,
  d.outlier_amount,
  d.paid_amount,
  cast(d.episode_amount as decimal(18, 2)) as episode_amount,
  cast(d.monitored_amount as decimal(18, 2)) as monitored_amount,
  cast(coalesce(d.amount - d.episode_amount - d.monitored_amount, 0) as decimal(18, 2))
    as outside_amount,
  cast(cast(d.episode_amount as decimal(18, 2)) * coalesce(u.factor, 1) as decimal(18, 2))
    as updated_amount,
  cast(d.episode_paid_amount as decimal(18, 2)) as episode_paid_amount
from divided d
left join update_factor u
  on u.setting = d.setting
  and d.end_date >= u.first_day
  and d.end_date <= u.last_day
