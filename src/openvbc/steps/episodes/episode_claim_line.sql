-- purpose: every claim line that begins in the windows of an episode that stands
-- grain: one row an episode and claim line; a stay or a claim of another facility is one line
-- scope: person
-- inputs: episode_trigger, episode_precedence, inpatient_stay, transfer_leg, outpatient_line,
--   institutional_claim, professional_line, withdrawn_claim, claim_addition, payment_detail,
--   person, episode_model, episode_claim_type, episode_trigger_code, excluded_demonstration
-- cite: CMS shadow bundles programs d1-d8 (grouping of claims)
-- made: on demand
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   category: the clinical episode category
--   episode_setting: INPATIENT or OUTPATIENT
--   price_cell: MS-DRG or ambulatory classification by which the episode is priced
--   trigger_code: MS-DRG or HCPCS that triggers
--   window_begin: first day of the episode's window
--   anchor_begin: first day of the anchor
--   anchor_end: last day of the anchor
--   last_day: last day of the episode: its end, or the death of the person
--   monitor_end: last day that is watched after the episode
--   earlier_end: last day of the person's earlier episodes that stand; null where there is none
--   setting: kind of care: INPATIENT_ACUTE, LONG_TERM, REHABILITATION, INPATIENT_OTHER,
--     SKILLED_NURSING, HOME_HEALTH, HOSPICE, OUTPATIENT, PROFESSIONAL or EQUIPMENT
--   claim_id: the claim record; for a stay that of its last bill
--   claim_line_number: the line; null where the claim counts whole
--   start_date: first day
--   end_date: last day
--   hcpcs_code: procedure or product
--   modifier: modifier of a professional line
--   second_modifier: another modifier, where it was given
--   place_of_service_code: place of service of a professional line
--   revenue_center_code: revenue centre of an outpatient line
--   status_indicator: payment status indicator of an outpatient line, where it was given
--   drg: MS-DRG of the fiscal year of the prices, of a stay
--   mdc: major diagnostic category of a stay
--   mean_stay_tenths: geometric mean length of stay (tenths of a day)
--   is_paid_by_mean_stay: whether a stay is prorated by its geometric mean length
--   is_anchor: whether it is a leg of the anchor, or of the claim that triggers
--   is_surgeon_before: whether it is the surgeon's line of a trigger in the days before a stay
--   is_demonstration: whether a demonstration's code keeps it out
--   is_low_utilization: home health paid by visits, where it was given
--   provider: who was paid: certification number, or taxpayer number
--   amount: what the line cost on the basis the contract chose (USD); null where it is not given
--   outlier_amount: the part of it that is outlier payment (USD)
--   paid_amount: what was paid (USD)
--   primary_payer_amount: what another payer paid first (USD)
--
-- episode_precedence        inpatient_stay            episode_claim_line
-- | 7 | KEPT |              | 9 | 2024-02-01 |        | 7 | 9 | INPATIENT_ACUTE |
with kept as (
  select
    t.person_id,
    t.episode_id,
    t.category,
    t.setting as episode_setting,
    t.price_cell,
    t.trigger_code,
    t.trigger_claim_id,
    date_add(t.anchor_begin, 0 - m.pre_anchor_days) as window_begin,
    date_add(t.anchor_begin, 0 - greatest(m.days_before_anchor, m.pre_anchor_days))
      as looked_from,
    case when t.setting = 'INPATIENT' then date_add(t.anchor_begin, 0 - m.surgeon_days_before) end
      as surgeon_from,
    t.anchor_begin,
    t.anchor_end,
    least(t.post_anchor_end, coalesce(p.death_date, t.post_anchor_end)) as last_day,
    t.monitor_end,
    max(t.post_anchor_end) over (
      partition by t.person_id
      order by t.anchor_begin nulls last, t.episode_id nulls last
      rows between unbounded preceding and 1 preceding
    ) as earlier_end
  from episode_trigger t
  cross join episode_model m
  join episode_precedence k
    on k.person_id = t.person_id
    and k.episode_id = t.episode_id
    and k.outcome = 'KEPT'
  left join person p on p.person_id = t.person_id
),
demonstration as (
  select distinct
    d.person_id,
    d.claim_id,
    x.bill_type_prefix
  from payment_detail d
  join excluded_demonstration x
    on substring(d.demonstration_codes, x.first_position, 2) = x.demonstration_code
),
facility_claim as (
  select
    c.person_id,
    t.setting,
    c.claim_id,
    c.claim_start_date,
    c.claim_end_date,
    c.facility_ccn,
    c.bill_type_code,
    c.paid_amount
  from institutional_claim c
  join (select distinct person_id from kept) k on k.person_id = c.person_id
  join episode_claim_type t
    on t.claim_type_code = c.claim_type_code
    and t.setting in ('SKILLED_NURSING', 'HOME_HEALTH', 'HOSPICE')
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
surgery as (
  select
    code,
    min(first_day) as first_day,
    max(last_day) as last_day
  from episode_trigger_code
  where setting = 'OUTPATIENT'
  group by code
),
person_window as (
  select
    person_id,
    min(least(looked_from, coalesce(surgeon_from, looked_from))) as looked_from,
    max(monitor_end) as monitor_end
  from kept
  group by person_id
),
part_b as (
  select
    l.person_id,
    l.claim_id,
    l.claim_line_number,
    l.claim_line_start_date,
    l.hcpcs_code,
    l.hcpcs_modifier_1,
    l.place_of_service_code,
    l.rendering_tin,
    l.paid_amount,
    l.allowed_amount,
    t.setting,
    t.setting = 'PROFESSIONAL' and s.code is not null as is_surgery
  from professional_line l
  join person_window k
    on k.person_id = l.person_id
    and l.claim_line_start_date >= k.looked_from
    and l.claim_line_start_date <= k.monitor_end
  join episode_claim_type t on t.claim_type_code = l.claim_type_code
  cross join episode_model m
  left join surgery s
    on s.code = l.hcpcs_code
    and l.claim_line_start_date >= s.first_day
    and l.claim_line_start_date <= s.last_day
  left join withdrawn_claim w
    on w.person_id = l.person_id
    and w.claim_id = l.claim_id
    and w.claim_kind = 'professional'
    and w.withdrawn_on <= m.known_by
  where l.sign = 1
    and not l.is_denied
    and w.claim_id is null
    and coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) <= m.known_by
),
line as (
  select
    s.person_id,
    s.kind as setting,
    s.stay_id as claim_id,
    cast(null as bigint) as claim_line_number,
    s.admission_date as start_date,
    s.discharge_date as end_date,
    cast(null as string) as hcpcs_code,
    cast(null as string) as modifier,
    cast(null as string) as second_modifier,
    cast(null as string) as place_of_service_code,
    cast(null as string) as revenue_center_code,
    cast(null as string) as status_indicator,
    s.drg,
    s.mdc,
    s.mean_stay_tenths,
    s.is_paid_by_mean_stay,
    false as is_surgery,
    false as is_demonstration,
    false as is_low_utilization,
    s.facility_ccn as provider,
    s.amount,
    s.outlier_amount,
    s.paid_amount,
    s.primary_payer_amount
  from inpatient_stay s
  union all
  select
    c.person_id,
    c.setting,
    c.claim_id,
    cast(null as bigint) as claim_line_number,
    c.claim_start_date as start_date,
    c.claim_end_date as end_date,
    cast(null as string) as hcpcs_code,
    cast(null as string) as modifier,
    cast(null as string) as second_modifier,
    cast(null as string) as place_of_service_code,
    cast(null as string) as revenue_center_code,
    cast(null as string) as status_indicator,
    cast(null as string) as drg,
    cast(null as string) as mdc,
    cast(null as bigint) as mean_stay_tenths,
    false as is_paid_by_mean_stay,
    false as is_surgery,
    d.claim_id is not null as is_demonstration,
    coalesce(a.is_low_utilization, false) as is_low_utilization,
    c.facility_ccn as provider,
    cast(case m.amount_basis
      when 'STANDARDIZED' then a.standardized_amount
      when 'ALLOWED' then a.allowed_amount
      else c.paid_amount end as decimal(18, 2)) as amount,
    cast(coalesce(a.outlier_amount, 0) as decimal(18, 2)) as outlier_amount,
    cast(c.paid_amount as decimal(18, 2)) as paid_amount,
    cast(coalesce(a.primary_payer_amount, 0) as decimal(18, 2)) as primary_payer_amount
  from facility_claim c
  cross join episode_model m
  left join claim_addition a
    on a.claim_id = c.claim_id
    and a.claim_line_number is null
  left join demonstration d
    on d.person_id = c.person_id
    and d.claim_id = c.claim_id
    and substring(c.bill_type_code, 1, length(d.bill_type_prefix)) = d.bill_type_prefix
  union all
  select
    o.person_id,
    'OUTPATIENT' as setting,
    o.claim_id,
    o.claim_line_number,
    o.line_date as start_date,
    o.line_date as end_date,
    o.hcpcs_code,
    cast(null as string) as modifier,
    cast(null as string) as second_modifier,
    cast(null as string) as place_of_service_code,
    o.revenue_center_code,
    o.status_indicator,
    cast(null as string) as drg,
    cast(null as string) as mdc,
    cast(null as bigint) as mean_stay_tenths,
    false as is_paid_by_mean_stay,
    false as is_surgery,
    false as is_demonstration,
    false as is_low_utilization,
    o.facility_ccn as provider,
    o.amount,
    cast(0 as decimal(18, 2)) as outlier_amount,
    o.paid_amount,
    cast(o.primary_payer_amount as decimal(18, 2)) as primary_payer_amount
  from outpatient_line o
  union all
  select
    l.person_id,
    l.setting,
    l.claim_id,
    l.claim_line_number,
    l.claim_line_start_date as start_date,
    l.claim_line_start_date as end_date,
    l.hcpcs_code,
    l.hcpcs_modifier_1 as modifier,
    a.second_modifier,
    l.place_of_service_code,
    cast(null as string) as revenue_center_code,
    cast(null as string) as status_indicator,
    cast(null as string) as drg,
    cast(null as string) as mdc,
    cast(null as bigint) as mean_stay_tenths,
    false as is_paid_by_mean_stay,
    l.is_surgery,
    false as is_demonstration,
    false as is_low_utilization,
    l.rendering_tin as provider,
    cast(case m.amount_basis
      when 'STANDARDIZED' then a.standardized_amount
      when 'ALLOWED' then coalesce(a.allowed_amount, l.allowed_amount)
      else l.paid_amount end as decimal(18, 2)) as amount,
    cast(0 as decimal(18, 2)) as outlier_amount,
    cast(l.paid_amount as decimal(18, 2)) as paid_amount,
    cast(coalesce(a.primary_payer_amount, 0) as decimal(18, 2)) as primary_payer_amount
  from part_b l
  cross join episode_model m
  left join claim_addition a
    on a.claim_id = l.claim_id
    and a.claim_line_number = l.claim_line_number
)
select
  k.person_id,
  k.episode_id,
  k.category,
  k.episode_setting,
  k.price_cell,
  k.trigger_code,
  k.window_begin,
  k.anchor_begin,
  k.anchor_end,
  k.last_day,
  k.monitor_end,
  k.earlier_end,
  l.setting,
  l.claim_id,
  l.claim_line_number,
  l.start_date,
  l.end_date,
  l.hcpcs_code,
  l.modifier,
  l.second_modifier,
  l.place_of_service_code,
  l.revenue_center_code,
  l.status_indicator,
  l.drg,
  l.mdc,
  l.mean_stay_tenths,
  l.is_paid_by_mean_stay,
  coalesce(g.stay_id is not null, false)
    or (k.episode_setting = 'OUTPATIENT' and l.claim_id = k.trigger_claim_id
      and l.start_date = k.anchor_begin) as is_anchor,
  coalesce(l.is_surgery and l.start_date >= k.surgeon_from and l.start_date < k.anchor_begin, false)
    as is_surgeon_before,
  l.is_demonstration,
  l.is_low_utilization,
  l.provider,
  l.amount,
  l.outlier_amount,
  l.paid_amount,
  l.primary_payer_amount
from kept k
join line l
  on l.person_id = k.person_id
  and l.start_date <= k.monitor_end
  and l.start_date >= case
    when l.is_surgery then least(k.looked_from, coalesce(k.surgeon_from, k.looked_from))
    when l.setting in ('OUTPATIENT', 'PROFESSIONAL') then k.looked_from
    else k.window_begin end
left join transfer_leg g
  on g.person_id = k.person_id
  and g.chain_id = k.episode_id
  and g.stay_id = l.claim_id
  and l.claim_line_number is null
