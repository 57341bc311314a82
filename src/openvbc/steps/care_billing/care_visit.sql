-- purpose: visits that may begin care management, and that a practice is known by
-- grain: one row a person, practice, practitioner, day and kind of visit, as far back as a month
--   asked for looks
-- scope: person
-- inputs: professional_line, withdrawn_claim, visit_code, billing_setting
-- cite: rules/care_billing/visit_code.csv, each code with its source
-- made: once a bucket
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: the practice billed under
--   npi: the practitioner on the line
--   visit_date: date of service
--   kind: office, home, wellness or transition
--   claim_id: a claim of the visit
--
-- professional_line                      care_visit
-- | claim_id | hcpcs_code | date       |  | tin | visit_date | kind   |
-- | c1       | 99214      | 2025-03-05 |  | 1   | 2025-03-05 | office |
select
  l.person_id,
  l.rendering_tin as tin,
  l.rendering_npi as npi,
  l.claim_line_start_date as visit_date,
  v.kind,
  min(l.claim_id) as claim_id
from professional_line l
cross join billing_setting b
join visit_code v on v.code = l.hcpcs_code
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_kind = 'professional'
  and w.claim_id = l.claim_id
where l.sign = 1
  and not l.is_denied
  and w.claim_id is null
  and l.claim_line_start_date >= add_months(b.first_month, -b.visit_months)
group by
  l.person_id, l.rendering_tin, l.rendering_npi, l.claim_line_start_date, v.kind
