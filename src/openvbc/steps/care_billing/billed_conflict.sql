-- purpose: billed services that another billed service excludes, and add-ons without their base
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, billed_fit, billed_time, billed_transition, care_conflict,
--   care_discharge, base_code, billing_setting, conflict_limit
-- cite: rules/care_billing/conflict.csv, each rule with its source
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service that does not stand
--   rule_id: the rule
--   verdict: deny, or review where the claims alone do not decide
--   evidence: what excludes it
--   other_claim: the claim that excludes it
--
-- Only services that pass the rules before exclude others; that another rule takes one of them
-- out does not bring back what it excluded, so that no claim taken away makes a new denial.
-- Of two that exclude each other the first received stands, where the rule names none.
--
-- care_billed                        billed_conflict
-- | code  | npi | received   |      | code  | npi | rule_id | other_claim |
-- | 99490 | A   | 2025-04-02 |      | 99490 | B   | X01     | c1          |
-- | 99490 | B   | 2025-04-09 |
with failed as (
  select person_id, service_id from billed_fit where verdict = 'deny'
  union
  select person_id, service_id from billed_time where verdict = 'deny'
  union
  select person_id, service_id from billed_transition where verdict = 'deny'
),
standing as (
  select
    s.person_id,
    s.service_id,
    s.code,
    s.biller_npi,
    s.biller_tin,
    s.biller_specialty,
    s.service_month,
    s.service_date,
    s.received_date,
    s.stay_id,
    s.is_asked
  from care_billed s
  left join failed f
    on f.person_id = s.person_id
    and f.service_id = s.service_id
  where f.service_id is null
),
pair as (
  select
    x.rule_id,
    x.loses,
    x.verdict,
    a.person_id,
    a.service_id as a_id,
    a.code as a_code,
    a.received_date as a_received,
    a.is_asked as a_asked,
    o.service_id as b_id,
    o.code as b_code,
    o.received_date as b_received,
    o.is_asked as b_asked
  from standing a
  join care_conflict x on x.code_a = a.code
  join standing o
    on o.person_id = a.person_id
    and o.code = x.code_b
    and o.service_id <> a.service_id
  cross join billing_setting b
  left join care_discharge d
    on d.person_id = o.person_id
    and d.stay_id = o.stay_id
  left join care_discharge e
    on e.person_id = a.person_id
    and e.stay_id = a.stay_id
  where x.first_date <= o.service_date
    and (x.last_date is null or x.last_date >= o.service_date)
    and (x.billers = 'any'
      or (x.billers = 'same_practitioner' and a.biller_npi = o.biller_npi)
      or (x.billers = 'same_practice' and a.biller_tin = o.biller_tin)
      or (x.billers = 'same_specialty' and a.biller_tin = o.biller_tin
        and (a.biller_npi = o.biller_npi
          or a.biller_specialty is null
          or o.biller_specialty is null
          or a.biller_specialty = o.biller_specialty))
      or (x.billers = 'different_practitioner' and a.biller_npi <> o.biller_npi))
    and ((x.time_window = 'month' and a.service_month = o.service_month)
      or (x.time_window = 'thirty_days'
        and abs(datediff(a.service_date, o.service_date)) < b.period_days
        and (a.stay_id is null or o.stay_id is null or a.stay_id <> o.stay_id))
      or (x.time_window = 'tcm_period' and a.stay_id is not null and a.stay_id = o.stay_id)
      or (x.time_window = 'tcm_period' and a.stay_id is null
        and add_months(a.service_month, 1) > d.discharge_date
        and a.service_month <= d.period_end))
),
lost as (
  select
    person_id,
    case
      when loses = 'a' then a_id
      when loses = 'b' then b_id
      when a_received < b_received then b_id
      when a_received > b_received then a_id
      when a_id < b_id then b_id
      else a_id
    end as service_id,
    case
      when loses = 'a' then b_id
      when loses = 'b' then a_id
      when a_received < b_received then a_id
      when a_received > b_received then b_id
      when a_id < b_id then a_id
      else b_id
    end as other_id,
    rule_id,
    verdict
  from pair
),
based as (
  select distinct s.person_id, s.service_id
  from standing s
  join base_code c on c.code = s.code
  join standing o
    on o.person_id = s.person_id
    and o.code = c.base_code
    and o.service_month = s.service_month
    and ((c.billers = 'same_practice' and o.biller_tin = s.biller_tin)
      or (c.billers = 'same_practitioner' and o.biller_npi = s.biller_npi))
)
select
  l.person_id,
  l.service_id,
  l.rule_id,
  l.verdict,
  o.code || ' of ' || cast(o.service_date as string) as evidence,
  o.service_id as other_claim
from lost l
join standing s
  on s.person_id = l.person_id
  and s.service_id = l.service_id
join standing o
  on o.person_id = l.person_id
  and o.service_id = l.other_id
where s.is_asked
union all
select
  s.person_id,
  s.service_id,
  max(c.rule_id) as rule_id,
  'deny' as verdict,
  'no claim of its base in the month that stands' as evidence,
  cast(null as string) as other_claim
from standing s
join base_code c on c.code = s.code
left join based f
  on f.person_id = s.person_id
  and f.service_id = s.service_id
where s.is_asked
  and f.service_id is null
group by s.person_id, s.service_id
union all
select
  s.person_id,
  s.service_id,
  x.rule_id,
  'deny' as verdict,
  cast(s.units as string) || ' units in the month' as evidence,
  cast(null as string) as other_claim
from care_billed s
join conflict_limit x
  on x.code = s.code
  and x.first_date <= s.service_date
  and x.last_date >= s.service_date
where s.is_asked
  and s.units > 1
