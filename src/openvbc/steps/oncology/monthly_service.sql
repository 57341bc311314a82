-- purpose: monthly enhanced services around the episodes that stand
-- grain: one row a claim line of a person who has a settled episode
-- scope: person
-- inputs: episode, professional_line, withdrawn_claim, episode_model, monthly_service_code,
--   practice_member
-- cite: CMS OCM performance-based payment methodology, transcribed (monthly enhanced oncology
--   services)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_line_number: the line
--   practice: the practice or pool that billed it
--   service_date: day of the service
--   paid_amount: what was paid (USD)
--
-- professional_line                  monthly_service
-- | 5 | 1 | G9678 | 2024-02-01 |     | 5 | 1 | 111111111 | 2024-02-01 | 160.00 |
select
  l.person_id,
  l.claim_id,
  l.claim_line_number,
  coalesce(p.practice, l.rendering_tin) as practice,
  l.claim_line_start_date as service_date,
  cast(l.paid_amount as decimal(18, 2)) as paid_amount
from professional_line l
join (
  select distinct person_id from episode where status = 'SETTLED'
) e on e.person_id = l.person_id
join monthly_service_code c on c.hcpcs_code = l.hcpcs_code
cross join episode_model m
left join practice_member p on p.tin = l.rendering_tin
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_id = l.claim_id
  and w.claim_kind = 'professional'
  and w.withdrawn_on <= m.known_by
where l.sign = 1
  and not l.is_denied
  and w.claim_id is null
  and coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) <= m.known_by
