-- purpose: what the contact log and the claims say was done after each discharge, by practice
-- grain: one row a discharge and practice that the contact log or a visit names
-- scope: person
-- inputs: care_discharge, transition_contact, care_visit
-- cite: CMS TCM FAQ of 2013 as quoted by managemypractice.com; MMBA TCM article
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the stay
--   tin: the practice
--   first_contact: first day on which the person or the caregiver was reached
--   attempts_in_time: attempts logged by the day the contact is due
--   logged_visit: first visit the log names
--   claimed_visit: first visit in the claims within the longer limit
--   has_high_decision: whether a logged visit had decision making of high complexity; null
--     where the log does not say
--   has_moderate_decision: the same for at least moderate
--
-- Contacts are those from the discharge to the end of the 30 days. An attempt in time counts on
-- the day it was made.
--
-- transition_contact                      care_transition
-- | stay | kind    | date       |        | stay_id | first_contact | attempts_in_time |
-- | s1   | attempt | 2025-03-10 |        | s1      | 2025-03-11    |                1 |
-- | s1   | contact | 2025-03-11 |
with logged as (
  select
    d.person_id,
    d.stay_id,
    c.tin,
    min(case when c.kind = 'contact' then c.contact_date end) as first_contact,
    count(case when c.kind = 'attempt' and c.contact_date <= d.contact_due then 1 end)
      as attempts_in_time,
    min(case when c.kind = 'visit' then c.contact_date end) as logged_visit,
    max(case
      when c.medical_decision = 'high' then 1
      when c.medical_decision is not null then 0
    end) as high,
    max(case
      when c.medical_decision in ('high', 'moderate') then 1
      when c.medical_decision is not null then 0
    end) as moderate
  from care_discharge d
  join transition_contact c
    on c.person_id = d.person_id
    and c.contact_date >= d.discharge_date
    and c.contact_date <= d.period_end
    and (c.discharge_date is null or c.discharge_date = d.discharge_date)
  group by d.person_id, d.stay_id, c.tin
),
claimed as (
  select d.person_id, d.stay_id, v.tin, min(v.visit_date) as claimed_visit
  from care_discharge d
  join care_visit v
    on v.person_id = d.person_id
    and v.visit_date >= d.discharge_date
    and v.visit_date <= d.visit_due_14
    and v.kind <> 'transition'
  group by d.person_id, d.stay_id, v.tin
)
select
  coalesce(l.person_id, c.person_id) as person_id,
  coalesce(l.stay_id, c.stay_id) as stay_id,
  coalesce(l.tin, c.tin) as tin,
  l.first_contact,
  coalesce(l.attempts_in_time, 0) as attempts_in_time,
  l.logged_visit,
  c.claimed_visit,
  l.high = 1 as has_high_decision,
  l.moderate = 1 as has_moderate_decision
from logged l
full outer join claimed c
  on c.person_id = l.person_id
  and c.stay_id = l.stay_id
  and c.tin = l.tin
