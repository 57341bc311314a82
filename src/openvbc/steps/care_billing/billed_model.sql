-- purpose: billed services that a model payment may already pay for
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, care_line, model_block, model_member, model_payment_code
-- cite: rules/care_billing/model_payment.csv, and the agreement the user loads
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: M01 where the agreement was loaded, M02 where its list is not known
--   verdict: deny with the agreement, review without
--   evidence: the model and how it is known that it pays
--   other_claim: the claim of the model's payment, null where the user's list says so
--
-- care_billed         care_line          billed_model
-- | code  | tin |     | code  | tin |    | code  | rule_id | verdict |
-- | 99490 | 1   |     | M0010 | 1   |    | 99490 | M02     | review  |
with paid as (
  select
    l.person_id,
    k.model,
    l.biller_tin as tin,
    l.service_month,
    l.claim_id
  from care_line l
  join model_payment_code k on k.code = l.code
  union all
  select
    s.person_id,
    m.model,
    m.tin,
    s.service_month,
    cast(null as string) as claim_id
  from care_billed s
  join model_member m
    on m.person_id = s.person_id
    and m.tin = s.biller_tin
    and m.first_date <= s.last_date
    and (m.last_date is null or m.last_date >= s.service_month)
  where s.is_asked
)
select
  s.person_id,
  s.service_id,
  b.rule_id,
  b.verdict,
  max('model ' || b.model || case when p.claim_id is null then ', enrolled'
    else ', payment on a claim of the month' end) as evidence,
  max(p.claim_id) as other_claim
from care_billed s
join model_block b
  on b.code = s.code
  and b.first_date <= s.service_date
  and (b.last_date is null or b.last_date >= s.service_date)
join paid p
  on p.person_id = s.person_id
  and p.model = b.model
  and p.tin = s.biller_tin
  and p.service_month = s.service_month
where s.is_asked
group by s.person_id, s.service_id, b.rule_id, b.verdict
