-- purpose: what each entity charged for a person's primary care, step by step
-- grain: one row a person, period and entity
-- scope: person
-- inputs: primary_care_line, facility_stay, period, assignment_role
-- cite: 42 CFR 425.402(a)-(b), 425.400(c)(1); SLAAM p. 92
-- made: on demand
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   entity_type: ACO for the organisation of a list, TIN for any other
--   entity: identifier of the organisation, or the taxpayer number
--   step_1_charges: charges that count in step 1 (USD)
--   step_1_last_service: day of the last service that counts in step 1
--   step_2_charges: charges that count in step 2 (USD)
--   step_2_last_service: day of the last service that counts in step 2
--   step_3_charges: charges that count in step 3, over the expanded window (USD)
--   step_3_last_service: day of the last service that counts in step 3
--   is_seen_in_window: whether a service of the entity lies in the assignment window
--   is_physician_in_window: whether a physician gave one in the window
--   is_practitioner_in_window: whether a nurse practitioner, clinical nurse specialist or
--     physician assistant gave one in the window
--   is_physician_in_expanded_window: whether a physician gave one in the expanded window
--
-- Cancellations are netted first: what is left of a claim on a day at or below zero is no service,
-- neither for the sums nor for the tests. A line that does not count during a kind of stay is left
-- out on the days of one that is known by the period's date, from the day the stay is known until a
-- cancellation of it is known.
--
-- primary_care_line                       assignment_charges
-- | role         | entity | charges |  | entity | step_1_charges | step_2_charges |
-- | PRIMARY_CARE | A1     |  110.00 |  | A1     |         110.00 |         150.00 |
-- | SPECIALIST   | A1     |  150.00 |
with known as (
  select
    p.period,
    l.person_id,
    l.entity_type,
    l.entity,
    l.role,
    l.service_date,
    l.cancelled_key,
    l.charges,
    l.service_date >= p.window_start as in_window,
    p.expanded_window_start is not null as is_expanded
  from primary_care_line l
  join period p
    on l.service_date >= coalesce(p.expanded_window_start, p.window_start)
    and l.service_date <= p.window_end
    and coalesce(l.load_date, l.service_date) <= p.assignment_known_by
  left join facility_stay s
    on s.person_id = l.person_id
    and s.setting = l.not_during_stay
    and s.start_date <= l.service_date
    and s.end_date >= l.service_date
    and s.known_on <= p.assignment_known_by
    and (s.withdrawn_on is null or s.withdrawn_on > p.assignment_known_by)
  where l.left_out is null
    and s.person_id is null
    and (p.has_emergency_month or not l.is_of_emergency)
    and (l.effective_date is null or l.effective_date <= p.window_end)
),
service as (
  select
    period, person_id, entity_type, entity, role, service_date, in_window, is_expanded,
    charges as net_charges
  from known
  where cancelled_key is null
    and charges > 0
  union all
  select
    period, person_id, entity_type, entity, role, service_date, in_window, is_expanded,
    cast(sum(charges) as decimal(18, 2)) as net_charges
  from known
  where cancelled_key is not null
  group by
    period, person_id, entity_type, entity, role, service_date, in_window, is_expanded,
    cancelled_key
  having cast(sum(charges) as decimal(18, 2)) > 0
)
select
  s.person_id,
  s.period,
  s.entity_type,
  s.entity,
  cast(coalesce(sum(case when s.in_window and r.step_1 then s.net_charges end), 0)
    as decimal(18, 2)) as step_1_charges,
  max(case when s.in_window and r.step_1 then s.service_date end) as step_1_last_service,
  cast(coalesce(sum(case when s.in_window and r.step_2 then s.net_charges end), 0)
    as decimal(18, 2)) as step_2_charges,
  max(case when s.in_window and r.step_2 then s.service_date end) as step_2_last_service,
  cast(coalesce(sum(case when s.is_expanded and r.step_3 then s.net_charges end), 0)
    as decimal(18, 2)) as step_3_charges,
  max(case when s.is_expanded and r.step_3 then s.service_date end) as step_3_last_service,
  bool_or(s.in_window) as is_seen_in_window,
  bool_or(s.in_window and r.is_physician) as is_physician_in_window,
  bool_or(s.in_window and r.is_practitioner) as is_practitioner_in_window,
  bool_or(s.is_expanded and r.is_physician) as is_physician_in_expanded_window
from service s
join assignment_role r on r.role = s.role
group by s.person_id, s.period, s.entity_type, s.entity
