-- purpose: the tests a candidate episode fails, of those the model has
-- grain: one row a candidate and test it fails
-- scope: person
-- inputs: episode_trigger, inpatient_stay, transfer_leg, episode_facility, person, coverage,
--   enrollment, person_identifier, person_span, facility_span, episode_model, episode_test,
--   month_span, excluded_stay, died_status, model_failed_test
-- cite: CMS shadow bundles program c6 (exclusion flags)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   reason: the test it fails
--   position: place of the test among the tests of the model; the first is given as the reason
--
-- A window that outlives the person ends with the death.
--
-- episode_trigger                          coverage                 episode_failed_test
-- | episode | lookback   | end        |    | 2024 | months 1-6 |    | 7 | NOT_ENROLLED_THROUGHOUT |
-- | 7       | 2024-01-02 | 2024-09-03 |
with candidate as (
  select
    t.*,
    p.death_date,
    least(t.post_anchor_end, coalesce(p.death_date, t.post_anchor_end)) as last_day
  from episode_trigger t
  left join person p on p.person_id = t.person_id
),
month_wanted as (
  select
    c.person_id,
    c.episode_id,
    v.calendar_year,
    v.part_a_mask,
    v.part_b_mask,
    v.medicare_advantage_mask,
    case when v.calendar_year = year(c.lookback_begin) then month(c.lookback_begin) else 1 end
      as first_month,
    case when v.calendar_year = year(c.last_day) then month(c.last_day) else 12 end as last_month
  from candidate c
  join coverage v
    on v.person_id = c.person_id
    and v.calendar_year >= year(c.lookback_begin)
    and v.calendar_year <= year(c.last_day)
),
year_covered as (
  select
    w.person_id,
    w.episode_id,
    count(*) as years
  from month_wanted w
  join month_span s
    on s.first_month = w.first_month
    and s.last_month = w.last_month
  where (w.part_a_mask & s.month_mask) = s.month_mask
    and (w.part_b_mask & s.month_mask) = s.month_mask
    and (w.medicare_advantage_mask & s.month_mask) = 0
  group by w.person_id, w.episode_id
),
renal_month as (
  select distinct
    c.person_id,
    c.episode_id
  from candidate c
  join enrollment e
    on e.person_id = c.person_id
    and e.enrollment_type = 'ESRD'
    and e.calendar_year >= year(c.lookback_begin)
    and e.calendar_year <= year(c.last_day)
  join month_span s
    on s.first_month =
      case when e.calendar_year = year(c.lookback_begin) then month(c.lookback_begin) else 1 end
    and s.last_month =
      case when e.calendar_year = year(c.last_day) then month(c.last_day) else 12 end
  where (e.month_mask & s.month_mask) <> 0
),
known_span as (
  select
    coalesce(i.person_id, s.member_id) as person_id,
    s.kind,
    s.first_day,
    case
      when s.kind = 'KIDNEY_TRANSPLANT' then date_add(s.first_day, m.transplant_days - 1)
      else s.last_day end as last_day
  from person_span s
  cross join episode_model m
  left join person_identifier i on i.member_id = s.member_id
),
span as (
  select distinct
    c.person_id,
    c.episode_id,
    case
      when s.kind = 'KIDNEY_TRANSPLANT' then 'ESRD'
      else s.kind end as reason
  from candidate c
  join known_span s
    on s.person_id = c.person_id
    and s.last_day >= case
      when s.kind in ('ESRD', 'KIDNEY_TRANSPLANT', 'OTHER_PAYER_PRIMARY') then c.lookback_begin
      else c.anchor_begin end
    and s.first_day <= c.last_day
),
leg as (
  select
    c.person_id,
    c.episode_id,
    c.category,
    s.stay_id,
    s.drg,
    s.mdc,
    c.legs,
    l.is_last,
    coalesce(f.is_critical_access, false) or coalesce(f.is_cancer, false) as is_special
  from candidate c
  join transfer_leg l
    on l.person_id = c.person_id
    and l.chain_id = c.episode_id
  join inpatient_stay s
    on s.person_id = l.person_id
    and s.stay_id = l.stay_id
  left join episode_facility f on f.facility_ccn = s.facility_ccn
),
excluded_leg as (
  select distinct
    l.person_id,
    l.episode_id,
    l.legs,
    l.is_last,
    x.mdc is not null as by_mdc
  from leg l
  join excluded_stay x
    on (x.drg = l.drg or x.mdc = l.mdc)
    and x.category is null
),
on_roster as (
  select distinct
    c.person_id,
    c.episode_id
  from candidate c
  join known_span s
    on s.person_id = c.person_id
    and s.kind = 'ROSTER'
    and s.first_day <= c.anchor_begin
    and s.last_day >= c.anchor_begin
),
failed as (
  select c.person_id, c.episode_id, 'NOT_ON_THE_ROSTER' as reason
  from candidate c
  cross join episode_model m
  left join on_roster r
    on r.person_id = c.person_id
    and r.episode_id = c.episode_id
  where m.has_roster
    and r.episode_id is null
  union all
  select c.person_id, c.episode_id, 'NO_ENROLLMENT_RECORD' as reason
  from candidate c
  where not exists (select v.person_id from coverage v where v.person_id = c.person_id)
  union all
  select c.person_id, c.episode_id, 'NOT_ENROLLED_THROUGHOUT' as reason
  from candidate c
  left join year_covered y
    on y.person_id = c.person_id
    and y.episode_id = c.episode_id
  where coalesce(y.years, 0) < year(c.last_day) - year(c.lookback_begin) + 1
  union all
  select c.person_id, c.episode_id, 'DIED_IN_ANCHOR' as reason
  from candidate c
  left join died_status d on d.discharge_disposition_code = c.discharge_disposition_code
  where d.discharge_disposition_code is not null
    or (c.death_date >= c.anchor_begin and c.death_date <= c.anchor_end)
  union all
  select c.person_id, c.episode_id, 'DIED_IN_EPISODE' as reason
  from candidate c
  where c.death_date >= c.anchor_begin
    and c.death_date <= c.post_anchor_end
  union all
  select person_id, episode_id, 'ESRD' as reason
  from renal_month
  union all
  select person_id, episode_id, reason
  from span
  union all
  select person_id, episode_id, 'OTHER_PAYER_PRIMARY' as reason
  from candidate
  where other_payer_amount > 0
  union all
  select c.person_id, c.episode_id, 'ANCHOR_TOO_LONG' as reason
  from candidate c
  cross join episode_model m
  where c.stay_days > m.maximum_anchor_days
  union all
  select c.person_id, c.episode_id, 'NOT_AN_ACUTE_HOSPITAL' as reason
  from candidate c
  left join episode_facility f on f.facility_ccn = c.facility_ccn
  where f.facility_ccn is null
    or not f.is_acute
    or f.is_cancer
    or f.is_critical_access
    or f.is_emergency
    or f.is_veterans
    or f.is_excluded
  union all
  select c.person_id, c.episode_id, 'EXCLUDED_STATE' as reason
  from candidate c
  join episode_facility f on f.facility_ccn = c.facility_ccn
  where f.is_excluded_state
  union all
  select person_id, episode_id, 'TRANSFER_CHAIN' as reason
  from leg
  where legs > 1 and is_special
  union all
  select person_id, episode_id, 'TRANSFER_CHAIN' as reason
  from excluded_leg
  where legs > 1
  union all
  select person_id, episode_id, 'EXCLUDED_MDC' as reason
  from excluded_leg
  where is_last and by_mdc
  union all
  select c.person_id, c.episode_id, 'DEMONSTRATION_HOSPITAL' as reason
  from candidate c
  join facility_span s
    on s.facility_ccn = c.facility_ccn
    and s.kind = 'DEMONSTRATION'
    and s.first_day <= c.post_anchor_end
    and s.last_day >= c.anchor_begin
  union all
  select person_id, episode_id, 'NOT_HIGHEST_RANKED' as reason
  from candidate
  where not is_highest_ranked
  union all
  select person_id, episode_id, 'JOINED_TO_INPATIENT' as reason
  from candidate
  where joined_to is not null
  union all
  select c.person_id, c.episode_id, 'NOT_OVER' as reason
  from candidate c
  cross join episode_model m
  where c.post_anchor_end > m.known_by
  union all
  select person_id, episode_id, reason
  from model_failed_test
)
select distinct
  f.person_id,
  f.episode_id,
  f.reason,
  t.position
from failed f
join episode_test t on t.reason = f.reason
