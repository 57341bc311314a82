-- purpose: lines of the services that attribute costs
-- grain: one row a standing line and list its code is on
-- scope: person
-- inputs: professional_line, withdrawn_claim, cost_code
-- cite: Cost measures of MIPS, 42 CFR 414.1350; the codes are the user's
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_line_number: the line
--   list: visit, related, stay_visit or procedure
--   tin: taxpayer number billed under
--   npi: rendering clinician
--   service_date: day of service
--
-- professional_line                     cost_service (99213 is on the list of visits)
-- | claim_id | hcpcs_code | npi |       | claim_id | list  | npi |
-- | a        | 99213      | x   |       | a        | visit | x   |
select
  l.person_id,
  l.claim_id,
  l.claim_line_number,
  c.list,
  l.rendering_tin as tin,
  l.rendering_npi as npi,
  l.claim_line_start_date as service_date
from professional_line l
join cost_code c
  on c.code = l.hcpcs_code
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_id = l.claim_id
  and w.claim_kind = 'professional'
where l.sign = 1
  and not l.is_denied
  and w.claim_id is null
  and l.rendering_tin is not null
  and l.rendering_npi is not null
