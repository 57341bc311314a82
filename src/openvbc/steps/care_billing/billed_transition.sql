-- purpose: billed transitional care that came too late, or below its level
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, care_code, care_discharge, care_transition, contact_practice
-- cite: rules/care_billing/rule.csv, D01 to D03 and E06
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: D01 contact, D02 visit, D03 death in the period, E06 decision making
--   verdict: deny, or review where the claims alone do not decide
--   evidence: what was found, and what is needed
--   other_claim: the stay
--
-- The visit is the one the log names; without one, the date of service where it is within the
-- days of the code.
--
-- care_billed        care_transition           billed_transition
-- | code  |          | logged_visit |          | rule_id | evidence                        |
-- | 99496 |          | 2025-03-15   |          | D02     | visit 2025-03-15, due 2025-03-14 |
with found as (
  select
    s.person_id,
    s.service_id,
    s.service_date,
    c.medical_decision,
    d.stay_id,
    d.discharge_date,
    d.contact_due,
    d.period_end,
    d.death_date,
    date_add(d.discharge_date, c.visit_within_days) as visit_due,
    t.first_contact,
    coalesce(t.attempts_in_time, 0) as attempts_in_time,
    coalesce(
      t.logged_visit,
      case when s.service_date <= date_add(d.discharge_date, c.visit_within_days)
        then s.service_date end
    ) as visit_date,
    t.has_high_decision,
    t.has_moderate_decision,
    k.tin is not null as is_logged
  from care_billed s
  join care_code c on c.code = s.code
  join care_discharge d
    on d.person_id = s.person_id
    and d.stay_id = s.stay_id
  left join care_transition t
    on t.person_id = s.person_id
    and t.stay_id = s.stay_id
    and t.tin = s.biller_tin
  left join contact_practice k on k.tin = s.biller_tin
  where s.is_asked
    and c.period = 'discharge'
    and d.is_home
)
select
  person_id,
  service_id,
  'D01' as rule_id,
  'deny' as verdict,
  coalesce('first contact ' || cast(first_contact as string), 'no contact logged')
    || ', ' || cast(attempts_in_time as string) || ' attempt(s) in time, due '
    || cast(contact_due as string) as evidence,
  stay_id as other_claim
from found
where is_logged
  and attempts_in_time < 2
  and (first_contact is null or first_contact > contact_due)
union all
select
  person_id,
  service_id,
  'D02' as rule_id,
  'deny' as verdict,
  coalesce('visit ' || cast(visit_date as string), 'no visit logged')
    || ', due ' || cast(visit_due as string) as evidence,
  stay_id as other_claim
from found
where visit_date > visit_due
  or (visit_date is null and is_logged)
union all
select
  person_id,
  service_id,
  'D03' as rule_id,
  'review' as verdict,
  'death on ' || cast(death_date as string) || ', the period ends '
    || cast(period_end as string) as evidence,
  stay_id as other_claim
from found
where death_date < period_end
union all
select
  person_id,
  service_id,
  'E06' as rule_id,
  'deny' as verdict,
  'decision making logged below ' || medical_decision as evidence,
  stay_id as other_claim
from found
where (medical_decision = 'high' and not has_high_decision)
  or (medical_decision = 'moderate' and not has_moderate_decision)
