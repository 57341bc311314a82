-- purpose: emergency visits without admission to follow up
-- grain: one row a person and day of visit
-- scope: person
-- inputs: emergency_visit, announced_stay, person_identifier, person, discharge, person_owner,
--         person_contact, professional_line, service_code, emergency_group, person_condition,
--         care_date, care_rule
-- cite: follow-up after emergency department visits: mental health, substance use, multiple chronic
--   conditions 7 days; asthma and COPD 14 days
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   visit_date: day of the visit
--   facility_ccn: CMS certification number of the hospital, else the name a message gives
--   primary_diagnosis_code: principal diagnosis of the visit
--   reason: why a follow-up is due
--   contact_due: day by which the person is reached or seen
--   state: NEW, LATE_KNOWLEDGE, CONTACTED or SEEN
--   contact_date: first day on which the person was reached
--   seen_date: first office visit after it
--   known_on: first day on which the visit was known
--   evidence_claim: the claim of the visit, else the message
--
-- emergency_visit             emergency_follow_up
-- | visit_date | diagnosis |  | contact_due | reason  |
-- | 03-01      | J441      |  | 03-15       | airways |
with announced as (
  select
    p.person_id,
    a.admission_date as visit_date,
    min(a.message) as message,
    min(a.facility) as facility,
    min(a.primary_diagnosis_code) as primary_diagnosis_code,
    min(a.known_on) as known_on
  from announced_stay a
  join person_identifier i on i.member_id = a.member_id
  join person p on p.person_id = i.person_id
  join care_date d
    on d.is_today
    and a.known_on <= d.as_of
  where a.setting = 'EMERGENCY'
  group by p.person_id, a.admission_date
),
visited as (
  select
    v.as_of,
    v.person_id,
    v.visit_date,
    v.claim_id,
    v.facility_ccn,
    v.primary_diagnosis_code,
    least(v.known_on, coalesce(a.known_on, v.known_on)) as known_on
  from emergency_visit v
  join care_date d
    on d.as_of = v.as_of
    and d.is_today
  left join announced a
    on a.person_id = v.person_id
    and a.visit_date = v.visit_date
  where not v.is_admitted
  union all
  select
    d.as_of,
    a.person_id,
    a.visit_date,
    a.message as claim_id,
    a.facility as facility_ccn,
    a.primary_diagnosis_code,
    a.known_on
  from announced a
  join care_date d on d.is_today
  where not exists (
    select 1
    from emergency_visit v
    where v.person_id = a.person_id
      and v.as_of = d.as_of
      and v.visit_date = a.visit_date
  )
),
recent as (
  select v.*
  from visited v
  cross join care_rule r
  where (
      date_add(v.visit_date, r.emergency_listed_days) >= v.as_of
      or date_add(v.known_on, r.emergency_listed_days) >= v.as_of
    )
    and not exists (
      select 1
      from discharge x
      where x.person_id = v.person_id
        and x.setting = 'INPATIENT'
        and x.admission_date <= date_add(v.visit_date, 1)
        and x.discharge_date >= v.visit_date
    )
),
multiple as (
  select
    c.as_of,
    c.person_id
  from person_condition c
  where c.algorithm = 'CCW30'
  group by c.as_of, c.person_id
  having count(*) >= 2
),
grouped as (
  select
    v.as_of,
    v.person_id,
    v.visit_date,
    min(g.reason) as reason,
    min(g.follow_up_days) as follow_up_days
  from recent v
  join emergency_group g
    on substring(v.primary_diagnosis_code, 1, length(g.diagnosis_prefix)) = g.diagnosis_prefix
  group by v.as_of, v.person_id, v.visit_date
),
seen as (
  select
    v.person_id,
    v.visit_date,
    min(l.claim_line_start_date) as seen_date
  from recent v
  join professional_line l
    on l.person_id = v.person_id
    and l.claim_line_start_date > v.visit_date
    and coalesce(l.load_date, l.claim_end_date) <= v.as_of
    and l.claim_line_start_date <= v.as_of
    and l.sign = 1
    and not l.is_denied
  join service_code s
    on s.code = l.hcpcs_code
    and s.service = 'OFFICE_VISIT'
  group by v.person_id, v.visit_date
),
reached as (
  select
    v.person_id,
    v.visit_date,
    min(k.contact_date) as contact_date
  from recent v
  join person_contact k
    on k.person_id = v.person_id
    and k.contact_date >= v.visit_date
    and k.contact_date <= v.as_of
    and k.outcome in ('REACHED', 'VISIT_SCHEDULED')
  group by v.person_id, v.visit_date
),
told as (
  select
    v.*,
    o.owner,
    coalesce(
      g.reason, case when m.person_id is not null then 'several chronic conditions' else 'any' end
    ) as reason,
    date_add(v.visit_date, coalesce(g.follow_up_days, r.emergency_contact_days)) as contact_due,
    k.contact_date,
    s.seen_date
  from recent v
  cross join care_rule r
  join person_owner o on o.person_id = v.person_id
  left join grouped g
    on g.person_id = v.person_id
    and g.visit_date = v.visit_date
  left join multiple m
    on m.as_of = v.as_of
    and m.person_id = v.person_id
  left join seen s
    on s.person_id = v.person_id
    and s.visit_date = v.visit_date
  left join reached k
    on k.person_id = v.person_id
    and k.visit_date = v.visit_date
)
select
  person_id,
  owner,
  visit_date,
  facility_ccn,
  primary_diagnosis_code,
  reason,
  contact_due,
  case
    when seen_date is not null then 'SEEN'
    when contact_date is not null then 'CONTACTED'
    when known_on > contact_due then 'LATE_KNOWLEDGE'
    else 'NEW'
  end as state,
  contact_date,
  seen_date,
  known_on,
  claim_id as evidence_claim
from told
