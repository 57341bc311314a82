-- purpose: each code a practice could bill, what stands against it and what is still lacking
-- grain: one row a candidate
-- scope: person
-- inputs: care_candidate, care_code, care_billed, care_line, care_conflict, care_consent,
--   consent_practice, time_pool, time_practice, care_discharge, care_transition,
--   contact_practice, model_block, model_payment_code, model_member, person_month, base_code, fee,
--   billing_setting
-- cite: rules/care_billing/rule.csv
-- made: once a bucket
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service: the service
--   code: its first code
--   add_on: the add-on its minutes allow; null if none
--   add_on_units: units of the add-on
--   service_month: first day of the month
--   tin: the practice
--   stay_id: the stay, for codes of a discharge
--   basis: what makes the person eligible
--   rule_id: the rule that stands against it; null if none
--   evidence: what was found against it
--   other_claim: the claim that speaks against it
--   lacking: what is lacking or not known; null where it may be billed as it is
--   allowed: at the user's fee schedule, add-ons included (USD); null without one
--
-- What is paid already stays: a candidate gives way to any claim that it conflicts with.
--
-- care_candidate        time_pool           care_option
-- | code  |             | minutes |         | code  | add_on | units | lacking |
-- | 99490 |             |      45 |         | 99490 | 99439  |     1 |         |
with opposed as (
  select
    code_a as code, code_b as other_code, rule_id, billers, time_window, first_date, last_date
  from care_conflict
  where verdict = 'deny'
  union
  select
    code_b as code, code_a as other_code, rule_id, billers, time_window, first_date, last_date
  from care_conflict
  where verdict = 'deny'
),
beside as (
  select distinct
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, c.service, s.code as other_code,
    s.service as other_service, s.biller_tin, s.service_date, s.service_id
  from care_billed s
  join care_candidate c
    on c.person_id = s.person_id
    and c.service_month = s.service_month
),
conflict as (
  select
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, x.rule_id, c.other_code,
    c.service_date, c.service_id
  from beside c
  join opposed x
    on x.code = c.code
    and x.other_code = c.other_code
    and x.time_window in ('month', 'thirty_days')
    and x.first_date <= c.service_date
    and (x.last_date is null or x.last_date >= c.service_date)
  where (x.billers = 'any' and (c.biller_tin <> c.tin or c.other_service <> c.service))
    or (x.billers in ('same_practitioner', 'same_practice', 'same_specialty')
      and c.biller_tin = c.tin)
    or (x.billers = 'different_practitioner' and c.biller_tin <> c.tin)
  union all
  select
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, x.rule_id, s.code as other_code,
    s.service_date, s.service_id
  from care_billed s
  join opposed x
    on x.other_code = s.code
    and x.time_window = 'tcm_period'
    and x.first_date <= s.service_date
    and (x.last_date is null or x.last_date >= s.service_date)
  join care_candidate c
    on c.person_id = s.person_id
    and c.code = x.code
  left join care_discharge d
    on d.person_id = s.person_id
    and d.stay_id = s.stay_id
  where ((x.billers = 'any' and (s.biller_tin <> c.tin or s.service <> c.service))
      or (x.billers in ('same_practitioner', 'same_practice', 'same_specialty')
        and s.biller_tin = c.tin)
      or (x.billers = 'different_practitioner' and s.biller_tin <> c.tin))
    and ((c.stay_id is not null and s.stay_id = c.stay_id)
      or (c.stay_id is null
        and add_months(c.service_month, 1) > d.discharge_date
        and c.service_month <= d.period_end))
  union all
  select
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, 'E07' as rule_id,
    l.code as other_code, l.service_date,
    l.claim_id || '/' || cast(l.claim_line_number as string) as service_id
  from care_candidate c
  join care_code k on k.code = c.code
  join care_code o on o.service = k.service
  join person_month m
    on m.person_id = c.person_id
    and m.service_month = c.service_month
  cross join billing_setting b
  join care_line l
    on l.person_id = c.person_id
    and l.code = o.code
    and l.biller_tin <> c.tin
    and l.service_date <= m.month_end
    and add_months(l.service_month, b.wellness_months) > c.service_month
  where k.found_by = 'year'
  union all
  select
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, x.rule_id,
    'model ' || x.model as other_code, cast(null as date) as service_date,
    l.claim_id as service_id
  from care_candidate c
  join model_block x
    on x.code = c.code
    and x.first_date <= c.service_month
    and (x.last_date is null or x.last_date >= c.service_month)
  join model_payment_code k on k.model = x.model
  join care_line l
    on l.person_id = c.person_id
    and l.code = k.code
    and l.biller_tin = c.tin
    and l.service_month = c.service_month
  union all
  select
    c.person_id, c.code, c.service_month, c.tin, c.stay_id, x.rule_id,
    'model ' || x.model as other_code, cast(null as date) as service_date,
    cast(null as string) as service_id
  from care_candidate c
  join model_block x
    on x.code = c.code
    and x.first_date <= c.service_month
    and (x.last_date is null or x.last_date >= c.service_month)
  join model_member m
    on m.person_id = c.person_id
    and m.model = x.model
    and m.tin = c.tin
    and m.first_date <= c.service_month
    and (m.last_date is null or m.last_date >= c.service_month)
),
against as (
  select
    *,
    row_number() over (
      partition by person_id, code, service_month, tin, stay_id
      order by rule_id nulls last, service_date nulls last, service_id nulls last
    ) as place
  from conflict
),
minutes as (
  select c.person_id, c.code, c.service_month, c.tin, cast(sum(p.minutes) as bigint) as minutes
  from care_candidate c
  join care_code k on k.code = c.code
  join time_pool p
    on p.person_id = c.person_id
    and p.tin = c.tin
    and p.service_month = c.service_month
    and p.time_by = k.time_by
    and p.service in (k.service, '')
  where k.time_by is not null
    and c.stay_id is null
  group by c.person_id, c.code, c.service_month, c.tin
),
add_on as (
  select
    n.person_id, n.code, n.service_month, n.tin, k.code as add_on, k.rank_of_code,
    least(
      coalesce(k.most_units, n.minutes),
      cast(floor(cast(n.minutes - c.least_minutes as double) / k.further_minutes) as bigint)
    ) as units
  from minutes n
  join care_code c on c.code = n.code
  join base_code b on b.base_code = n.code
  join care_code k
    on k.code = b.code
    and k.further_minutes is not null
    and k.first_date <= n.service_month
    and (k.last_date is null or k.last_date >= n.service_month)
  where n.minutes >= c.least_minutes + k.further_minutes
),
first_add_on as (
  select
    *,
    row_number() over (
      partition by person_id, code, service_month, tin order by rank_of_code nulls last
    ) as place
  from add_on
),
consented as (
  select distinct c.person_id, c.service, c.service_month, c.tin
  from care_candidate c
  join person_month m
    on m.person_id = c.person_id
    and m.service_month = c.service_month
  join care_consent k
    on k.person_id = c.person_id
    and k.tin = c.tin
    and k.service = c.service
    and k.first_date <= m.month_end
    and (k.last_date is null or k.last_date >= m.service_month)
)
select
  c.person_id,
  c.service,
  c.code,
  a.add_on,
  coalesce(a.units, 0) as add_on_units,
  c.service_month,
  c.tin,
  c.stay_id,
  c.basis,
  g.rule_id,
  g.other_code || coalesce(' of ' || cast(g.service_date as string), '') as evidence,
  g.service_id as other_claim,
  case
    when k.found_by = 'year' then 'the visit itself'
    when k.needs_consent and p.tin is not null and s.person_id is null then 'no consent on file'
    when k.time_by is not null and t.tin is null then 'minutes not known: no time log'
    when k.time_by is not null and n.minutes is null then 'no minutes logged'
    when k.time_by is not null and n.minutes < k.least_minutes
      then 'minutes short by ' || cast(k.least_minutes - n.minutes as string)
    when n.minutes > k.most_minutes then 'minutes above the range of the code'
    when c.stay_id is not null
      and coalesce(r.logged_visit, r.claimed_visit) is null then 'no visit within 14 days'
    when c.stay_id is not null
      and coalesce(r.logged_visit, r.claimed_visit)
        > date_add(d.discharge_date, k.visit_within_days) then 'visit too late for this code'
    when c.stay_id is not null and q.tin is null then 'contacts not known: no contact log'
    when c.stay_id is not null and r.attempts_in_time < 2
      and (r.first_contact is null or r.first_contact > d.contact_due)
      then 'no contact within two business days'
    when c.stay_id is not null and k.medical_decision = 'high'
      and r.has_high_decision is null then 'level of decision making not known'
    when c.stay_id is not null and k.medical_decision = 'high'
      and not r.has_high_decision then 'decision making below the level of the code'
    when c.stay_id is null and k.medical_decision is not null
      then 'level of decision making not known'
    when k.needs_consent and p.tin is null then 'consent not known: no file of consents'
  end as lacking,
  cast(f.allowed_amount + coalesce(h.allowed_amount * a.units, 0) as decimal(18, 2)) as allowed
from care_candidate c
join care_code k on k.code = c.code
left join against g
  on g.person_id = c.person_id
  and g.code = c.code
  and g.service_month = c.service_month
  and g.tin = c.tin
  and coalesce(g.stay_id, '') = coalesce(c.stay_id, '')
  and g.place = 1
left join minutes n
  on n.person_id = c.person_id
  and n.code = c.code
  and n.service_month = c.service_month
  and n.tin = c.tin
left join first_add_on a
  on a.person_id = c.person_id
  and a.code = c.code
  and a.service_month = c.service_month
  and a.tin = c.tin
  and a.place = 1
left join consented s
  on s.person_id = c.person_id
  and s.service = c.service
  and s.service_month = c.service_month
  and s.tin = c.tin
left join care_discharge d
  on d.person_id = c.person_id
  and d.stay_id = c.stay_id
left join care_transition r
  on r.person_id = c.person_id
  and r.stay_id = c.stay_id
  and r.tin = c.tin
left join consent_practice p on p.tin = c.tin
left join time_practice t on t.tin = c.tin
left join contact_practice q on q.tin = c.tin
left join fee f
  on f.code = c.code
  and f.first_date <= c.service_month
  and (f.last_date is null or f.last_date >= c.service_month)
left join fee h
  on h.code = a.add_on
  and h.first_date <= c.service_month
  and (h.last_date is null or h.last_date >= c.service_month)
