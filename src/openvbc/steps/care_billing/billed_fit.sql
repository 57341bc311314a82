-- purpose: billed services that fail by date, eligibility, consent or visit
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, care_code, care_line, care_visit, care_discharge, care_consent,
--   consent_practice, billing_setting
-- cite: rules/care_billing/rule.csv, steps 1 to 4
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: the rule
--   verdict: deny, or review where the claims alone do not decide
--   evidence: what was found
--   other_claim: the claim that speaks against it, null if none
--
-- care_billed                            billed_fit
-- | code  | chronic_conditions |        | service_id | rule_id | evidence               |
-- | 99490 |                  1 |        | c1/1       | E02     | 1 chronic condition(s) |
with asked as (
  select
    s.*,
    c.first_date as in_force_from,
    c.last_date as in_force_to,
    c.period,
    c.least_conditions,
    c.most_conditions,
    c.needs_qualified,
    c.needs_consent,
    c.needs_initiating_visit,
    b.visit_months,
    b.wellness_months,
    b.assessment_months,
    b.claims_from
  from care_billed s
  join care_code c on c.code = s.code
  cross join billing_setting b
  where s.is_asked
),
earlier as (
  select a.person_id, a.service_id, max(l.service_date) as earlier_date,
    max(l.claim_id) as earlier_claim
  from asked a
  join care_code c on c.service = a.service
  join care_line l
    on l.person_id = a.person_id
    and l.code = c.code
    and l.service_date < a.service_date
  where (a.period = 'lifetime')
    or (a.period = 'year'
      and add_months(l.service_month, a.wellness_months) > a.service_month)
    or (a.period = 'six_months'
      and add_months(l.service_date, a.assessment_months) > a.service_date)
  group by a.person_id, a.service_id
),
consented as (
  select a.person_id, a.service_id, min(k.first_date) as consent_date
  from asked a
  join care_consent k
    on k.person_id = a.person_id
    and k.tin = a.biller_tin
    and k.service = a.service
    and k.first_date <= a.last_date
    and (k.last_date is null or k.last_date >= a.service_date)
  group by a.person_id, a.service_id
),
seen as (
  select a.person_id, a.service_id, max(v.visit_date) as visit_date
  from asked a
  join care_visit v
    on v.person_id = a.person_id
    and v.tin = a.biller_tin
    and v.visit_date <= a.last_date
    and v.visit_date >= add_months(a.service_month, -a.visit_months)
  where a.needs_initiating_visit
  group by a.person_id, a.service_id
)
select
  a.person_id,
  a.service_id,
  'E01' as rule_id,
  'deny' as verdict,
  'in force from ' || cast(a.in_force_from as string)
    || coalesce(' to ' || cast(a.in_force_to as string), '') as evidence,
  cast(null as string) as other_claim
from asked a
where a.service_date < a.in_force_from
  or a.service_date > a.in_force_to
union all
select a.person_id, a.service_id, 'E02' as rule_id,
  case when a.conditions_are_given then 'deny' else 'review' end as verdict,
  cast(coalesce(a.chronic_conditions, 0) as string) || ' chronic condition(s) of at least '
    || cast(a.least_conditions as string)
    || case when a.conditions_are_given then '' else ', by diagnoses on claims' end as evidence,
  cast(null as string) as other_claim
from asked a
where coalesce(a.chronic_conditions, 0) < a.least_conditions
  and (a.chronic_conditions is not null
    or a.claims_from <= add_months(a.service_month, -a.visit_months))
union all
select a.person_id, a.service_id, 'E03' as rule_id, 'deny' as verdict,
  'not a Qualified Medicare Beneficiary in the month' as evidence,
  cast(null as string) as other_claim
from asked a
where a.needs_qualified
  and not a.is_qualified_beneficiary
union all
select a.person_id, a.service_id, 'E04' as rule_id,
  case when d.stay_id is null then 'review' else 'deny' end as verdict,
  coalesce(
    'discharge of ' || cast(d.discharge_date as string) || ' with status '
      || d.discharge_disposition_code
      || ': the period begins at the discharge from there',
    'no discharge in the claims of the 30 days before'
  ) as evidence,
  d.stay_id as other_claim
from asked a
left join care_discharge d
  on d.person_id = a.person_id
  and d.stay_id = a.stay_id
where a.period = 'discharge'
  and (d.stay_id is null or not d.is_home)
union all
select a.person_id, a.service_id, 'E05' as rule_id, 'review' as verdict,
  cast(a.chronic_conditions as string) || ' chronic conditions' as evidence,
  cast(null as string) as other_claim
from asked a
where a.chronic_conditions > a.most_conditions
union all
select a.person_id, a.service_id, 'E07' as rule_id, 'deny' as verdict,
  'the last was on ' || cast(e.earlier_date as string) as evidence,
  e.earlier_claim as other_claim
from asked a
join earlier e
  on e.person_id = a.person_id
  and e.service_id = a.service_id
union all
select a.person_id, a.service_id, 'E08' as rule_id, 'deny' as verdict,
  'no Part B outside Medicare Advantage in the month' as evidence,
  cast(null as string) as other_claim
from asked a
where not a.is_covered
union all
select a.person_id, a.service_id, 'C01' as rule_id, 'deny' as verdict,
  'no consent on file by ' || cast(a.last_date as string) as evidence,
  cast(null as string) as other_claim
from asked a
join consent_practice p on p.tin = a.biller_tin
left join consented k
  on k.person_id = a.person_id
  and k.service_id = a.service_id
where a.needs_consent
  and k.service_id is null
union all
select a.person_id, a.service_id, 'V01' as rule_id, 'deny' as verdict,
  'no visit to the practice in the claims since '
    || cast(add_months(a.service_month, -a.visit_months) as string) as evidence,
  cast(null as string) as other_claim
from asked a
left join seen v
  on v.person_id = a.person_id
  and v.service_id = a.service_id
where a.needs_initiating_visit
  and v.service_id is null
  and a.claims_from <= add_months(a.service_month, -a.visit_months)
