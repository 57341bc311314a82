-- purpose: each service billed in the months asked for, and whether it stands
-- grain: one row a billed service
-- scope: person
-- inputs: care_billed, care_code, billed_fit, billed_time, billed_transition, billed_conflict,
--   billed_model, billed_minutes, billed_coding, billing_rule, time_practice, contact_practice,
--   consent_practice, device_practice, fee
-- cite: rules/care_billing/rule.csv: the first rule that fails decides
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service, its first claim and line
--   service_month: first day of the month of service
--   service_date: date of service
--   service: the service the code belongs to
--   code: the code
--   units: units billed
--   biller_npi: the practitioner
--   biller_tin: the practice
--   verdict: pass, deny or review
--   rule_id: the rule that decided; null where it stands
--   rule_says: what the rule says
--   cite: where the rule stands
--   status: how far the rule is trusted
--   evidence: what was found
--   other_claim: the claim or stay that speaks against it
--   not_known: what was not given and could not be checked
--   is_payment: whether the code is a model's payment, not a service
--   allowed: units at the user's fee schedule (USD); null without one
--
-- billed_fit            billed_conflict       billed_verdict
-- | rule_id | step |    | rule_id | step |    | verdict | rule_id |
-- | E02     |    2 |    | X01     |    7 |    | deny    | E02     |
with failure as (
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_fit
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_time
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_transition
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_conflict
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_model
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_minutes
  union all
  select person_id, service_id, rule_id, verdict, evidence, other_claim from billed_coding
),
ranked as (
  select
    f.*,
    r.says,
    r.cite,
    r.status,
    row_number() over (
      partition by f.person_id, f.service_id
      order by f.verdict nulls last, r.step nulls last, f.rule_id nulls last,
        f.other_claim nulls last, f.evidence nulls last
    ) as place
  from failure f
  join billing_rule r on r.rule_id = f.rule_id
),
price as (
  select s.person_id, s.service_id, max(f.allowed_amount) as allowed_amount
  from care_billed s
  join fee f
    on f.code = s.code
    and f.first_date <= s.service_date
    and (f.last_date is null or f.last_date >= s.service_date)
  group by s.person_id, s.service_id
)
select
  s.person_id,
  s.service_id,
  s.service_month,
  s.service_date,
  s.service,
  s.code,
  s.units,
  s.biller_npi,
  s.biller_tin,
  coalesce(r.verdict, 'pass') as verdict,
  r.rule_id,
  r.says as rule_says,
  r.cite,
  r.status,
  r.evidence,
  r.other_claim,
  trim(
    case when c.least_conditions is not null and s.chronic_conditions is null
      then 'conditions ' else '' end
    || case when c.needs_qualified and s.is_qualified_beneficiary is null
      then 'beneficiary_status ' else '' end
    || case when c.needs_consent and k.tin is null then 'consent ' else '' end
    || case when c.time_by is not null and t.tin is null then 'minutes ' else '' end
    || case when c.period = 'discharge' and o.tin is null then 'contacts ' else '' end
    || case when c.least_data_days is not null and d.tin is null then 'data_days ' else '' end
  ) as not_known,
  s.service = 'model payment' as is_payment,
  cast(p.allowed_amount * s.units as decimal(18, 2)) as allowed
from care_billed s
join care_code c on c.code = s.code
left join ranked r
  on r.person_id = s.person_id
  and r.service_id = s.service_id
  and r.place = 1
left join price p
  on p.person_id = s.person_id
  and p.service_id = s.service_id
left join time_practice t on t.tin = s.biller_tin
left join contact_practice o on o.tin = s.biller_tin
left join consent_practice k on k.tin = s.biller_tin
left join device_practice d on d.tin = s.biller_tin
where s.is_asked
