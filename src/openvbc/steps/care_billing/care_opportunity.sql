-- purpose: every service a person was eligible for: billed, blocked, or never billed and why
-- grain: one row a person, service, month (or discharge) and practice
-- scope: person
-- inputs: care_option, care_billed, care_code, billing_rule, billing_setting, person_month
-- cite: rules/care_billing/rule.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service: the service
--   service_month: first day of the month; of a discharge, of its month
--   tin: the practice
--   stay_id: the stay, for codes of a discharge
--   state: billed, blocked or unbilled: each eligible service is in exactly one
--   code: the code billed, or the best of those that could be
--   add_on: the add-on its minutes allow; null if none
--   add_on_units: units of the add-on
--   basis: what makes the person eligible
--   is_ready: whether everything asked for is known and there, so that it may be billed
--   reason: why it was not billed, as far as is known
--   rule_id: the rule that blocks; null if none
--   cite: where the rule stands
--   status: how far the rule is trusted
--   evidence: what was found against it
--   other_claim: the claim that speaks against it
--   allowed: at the user's fee schedule (USD); null without one
--
-- Of several codes of a service that are open the one is named that is ready, of these the one with
-- the highest allowed amount; else the first in the order of the codes.
--
-- care_option                       care_opportunity
-- | code  | rule_id | lacking |     | state    | code  | is_ready |
-- | 99490 |         |         |     | unbilled | 99490 | true     |
with billed as (
  select
    o.person_id,
    o.service,
    o.service_month,
    o.tin,
    o.stay_id,
    max(s.code) as code,
    max(s.service_id) as service_id
  from care_option o
  join care_code k on k.code = o.code
  join person_month m
    on m.person_id = o.person_id
    and m.service_month = o.service_month
  cross join billing_setting b
  join care_billed s
    on s.person_id = o.person_id
    and s.service = o.service
    and s.biller_tin = o.tin
    and s.role = 'base'
    and ((k.period = 'discharge' and s.stay_id = o.stay_id)
      or (k.period = 'year' and s.service_date <= m.month_end
        and add_months(s.service_month, b.wellness_months) > o.service_month)
      or (k.period not in ('discharge', 'year') and s.service_month = o.service_month))
  group by o.person_id, o.service, o.service_month, o.tin, o.stay_id
),
ranked as (
  select
    o.*,
    row_number() over (
      partition by o.person_id, o.service, o.service_month, o.tin, o.stay_id
      order by
        case when o.rule_id is null then 0 else 1 end nulls last,
        case when o.lacking is null then 0 else 1 end nulls last,
        case when o.lacking is null then o.allowed end desc nulls last,
        case when k.found_by = 'panel' then -k.rank_of_code else k.rank_of_code end nulls last
    ) as place
  from care_option o
  join care_code k on k.code = o.code
)
select
  o.person_id,
  o.service,
  o.service_month,
  o.tin,
  o.stay_id,
  case
    when b.person_id is not null then 'billed'
    when o.rule_id is not null then 'blocked'
    else 'unbilled'
  end as state,
  coalesce(b.code, o.code) as code,
  case when b.person_id is null then o.add_on end as add_on,
  case when b.person_id is null then o.add_on_units else 0 end as add_on_units,
  o.basis,
  b.person_id is null and o.rule_id is null and o.lacking is null as is_ready,
  case
    when b.person_id is not null then cast(null as string)
    when o.rule_id is not null then r.says
    else coalesce(o.lacking, 'nothing is lacking')
  end as reason,
  case when b.person_id is null then o.rule_id end as rule_id,
  case when b.person_id is null then r.cite end as cite,
  case when b.person_id is null then r.status end as status,
  case when b.person_id is null then o.evidence end as evidence,
  coalesce(b.service_id, o.other_claim) as other_claim,
  o.allowed
from ranked o
left join billed b
  on b.person_id = o.person_id
  and b.service = o.service
  and b.service_month = o.service_month
  and b.tin = o.tin
  and coalesce(b.stay_id, '') = coalesce(o.stay_id, '')
left join billing_rule r on r.rule_id = o.rule_id
where o.place = 1
