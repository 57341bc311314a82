-- purpose: who is assigned to the organisation of the contract, by which step, and if not, why
-- grain: one row a person and period
-- scope: person
-- inputs: eligibility, assignment_charges, voluntary_alignment, participant, clinician_specialty,
--   provider_specialty, period, assignment_rule, param
-- cite: 42 CFR 425.401, 425.402(a)-(e)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   is_assigned: whether the person is assigned to the organisation
--   step: the step that decided, for example STEP_1 or VOLUNTARY_ALIGNMENT; null if nobody assigned
--   reason: why the person is not assigned; null for who is
--   entity_type: ACO for the organisation of a list, TIN for any other
--   entity: identifier of the organisation, or the taxpayer number
--   tie: how equal sums were decided; null where none were equal
--   is_assignable: whether the person is an assignable beneficiary
--
-- A designation of anybody outside the organisation, in another one or in none, keeps a person off
-- its list by claims. In 2018 only designations of clinicians of a role in assignment do anything;
-- one whose specialty nothing names is taken to have such a role.
--
-- Order: eligibility, voluntary alignment, pre-step, then step 1, or step 2 where nobody gave
-- step-1 care, or (from 2025) step 3 for those the pre-step did not find. The entity with the
-- largest sum wins against each other single entity; equal sums go to the most recent service.
--
-- assignment_charges           assignment
-- | entity | step_1_charges |  | is_assigned | step   | entity |
-- | A1     |         310.00 |  | true        | STEP_1 | A1     |
-- | A2     |         309.99 |
with listed as (
  select 'TIN' as provider_type, n.tin as provider, n.aco_id
  from participant n
  join param y on y.performance_year = n.performance_year
  where n.tin is not null
  union all
  select 'NPI' as provider_type, n.npi as provider, n.aco_id
  from participant n
  join param y on y.performance_year = n.performance_year
  where n.npi is not null
),
member as (
  select
    n.provider_type,
    n.provider,
    bool_or(n.aco_id = param.aco_id) as is_own,
    bool_or(n.aco_id <> param.aco_id and n.provider_type = 'TIN') as is_shared
  from listed n
  cross join param
  group by n.provider_type, n.provider
),
designated as (
  select
    v.person_id,
    p.period,
    max(case when m.is_own and not m.is_shared then 1 else 0 end) as to_contract,
    max(case when coalesce(m.is_own, false) then 0 else 1 end) as elsewhere
  from voluntary_alignment v
  join period p on p.calendar_year = v.performance_year
  cross join assignment_rule r
  left join member m
    on (m.provider_type = 'TIN' and m.provider = v.tin)
    or (m.provider_type = 'NPI' and v.tin is null and m.provider = v.npi)
  left join clinician_specialty k on k.npi = v.npi
  left join provider_specialty s on s.specialty_code = k.specialty_code
  where coalesce(v.tin, v.npi) is not null
    and (r.voluntary_alignment = 'ANY' or k.npi is null or s.role is not null)
  group by v.person_id, p.period
),
charged as (
  select *
  from assignment_charges
),
care as (
  select
    person_id,
    period,
    bool_or(is_seen_in_window) as is_seen,
    bool_or(step_1_charges > 0) as has_step_1,
    bool_or(entity_type = 'ACO' and is_physician_in_window) as has_pre_step,
    bool_or(entity_type = 'ACO'
      and is_practitioner_in_window
      and is_physician_in_expanded_window) as has_step_3,
    bool_or(is_physician_in_window) as is_physician_seen,
    bool_or(is_practitioner_in_window) as is_practitioner_seen,
    bool_or(is_physician_in_expanded_window) as is_physician_seen_earlier,
    max(step_1_charges) as most_in_step_1,
    max(step_2_charges) as most_in_step_2,
    max(step_3_charges) as most_in_step_3
  from charged
  group by person_id, period
),
step_of_person as (
  select
    *,
    case
      when has_pre_step and has_step_1 then 'STEP_1'
      when has_pre_step then 'STEP_2'
      when has_step_3 then 'STEP_3'
    end as step
  from care
),
contender as (
  select
    c.person_id,
    c.period,
    c.entity_type,
    c.entity,
    s.step,
    case s.step
      when 'STEP_1' then c.step_1_charges
      when 'STEP_2' then c.step_2_charges
      when 'STEP_3' then c.step_3_charges
    end as charges,
    case s.step
      when 'STEP_1' then s.most_in_step_1
      when 'STEP_2' then s.most_in_step_2
      when 'STEP_3' then s.most_in_step_3
    end as most_charges,
    case s.step
      when 'STEP_1' then c.step_1_last_service
      when 'STEP_2' then c.step_2_last_service
      when 'STEP_3' then c.step_3_last_service
    end as last_service,
    c.is_physician_in_window,
    case
      when s.step = 'STEP_3' then c.is_practitioner_in_window and c.is_physician_in_expanded_window
      else c.is_physician_in_window
    end as is_admitted
  from charged c
  join step_of_person s on s.person_id = c.person_id and s.period = c.period
  where s.step is not null
),
ranked as (
  select
    *,
    row_number() over by_service as place,
    lead(charges) over by_service as next_charges,
    lead(last_service) over by_service as next_service
  from contender
  where charges > 0
    and charges = most_charges
  window by_service as (
    partition by person_id, period
    order by
      last_service desc nulls last,
      entity_type nulls last,
      entity nulls last
  )
),
winner as (
  select
    *,
    case
      when next_charges = charges and next_service = last_service then 'UNRESOLVED'
      when next_charges = charges then 'RECENCY'
    end as tie
  from ranked
  where place = 1
),
own as (
  select c.person_id, c.period, c.charges, c.is_admitted, c.is_physician_in_window
  from contender c
  join param on c.entity_type = 'ACO' and c.entity = param.aco_id
),
decided as (
  select
    e.person_id,
    e.period,
    w.entity_type,
    w.entity,
    w.tie,
    case
      when not e.is_eligible then null
      when d.to_contract = 1 and r.voluntary_alignment = 'ANY' then 'VOLUNTARY_ALIGNMENT'
      when d.to_contract = 1 and r.voluntary_alignment = 'SERVICE' and o.is_physician_in_window
        then 'VOLUNTARY_ALIGNMENT'
      when d.elsewhere = 1 and r.voluntary_alignment <> 'NONE' then null
      when w.entity_type = 'ACO' and w.entity = param.aco_id and w.is_admitted then s.step
    end as step,
    case
      when not e.is_eligible then e.reason
      when d.elsewhere = 1 and r.voluntary_alignment <> 'NONE' then 'VOLUNTARY_ALIGNMENT_ELSEWHERE'
      when not coalesce(s.is_seen, false) then 'NO_PRIMARY_CARE_SERVICE'
      when not coalesce(o.is_admitted, false) then 'NO_ACO_PHYSICIAN_SERVICE'
      when s.step = 'STEP_1' and o.charges = 0 then 'STEP_2_BLOCKED'
      when o.charges = w.charges then s.step || '_TIE_LOST'
      else s.step || '_PLURALITY_ELSEWHERE'
    end as reason_if_not,
    e.is_fee_for_service
      and (coalesce(s.is_physician_seen, false)
        or coalesce(s.is_practitioner_seen and s.is_physician_seen_earlier, false)) as is_assignable
  from eligibility e
  cross join assignment_rule r
  cross join param
  left join designated d on d.person_id = e.person_id and d.period = e.period
  left join step_of_person s on s.person_id = e.person_id and s.period = e.period
  left join winner w on w.person_id = e.person_id and w.period = e.period
  left join own o on o.person_id = e.person_id and o.period = e.period
)
select
  person_id,
  period,
  step is not null as is_assigned,
  step,
  case when step is null then reason_if_not end as reason,
  entity_type,
  entity,
  tie,
  is_assignable
from decided
