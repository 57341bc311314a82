-- purpose: lines that count towards the low-volume tests, with their segment
-- grain: one row a standing line with an allowed charge in a segment
-- scope: person
-- inputs: professional_line, withdrawn_claim, determination_segment, covered_code, volume_rule
-- cite: 42 CFR 414.1305 (low-volume threshold; MIPS determination period; covered professional
--   services: paid under, or by reference to, the physician fee schedule)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: taxpayer number billed under; empty where the claim names none
--   npi: rendering clinician; empty where the claim names none
--   segment: first or second
--   allowed_amount: the allowed charge (USD)
--   place_of_service_code: two digits
--   is_patient_facing: whether the list of services says so of the code
--
-- A line counts if it was known by the end of the segment's run-out and not withdrawn by then.
-- Before 2018 every Part B line counts, from then only codes of the fee schedule.
--
-- professional_line                          covered_service (99213 is on the schedule, J1100 not)
-- | hcpcs_code | day        | allowed |      | segment | allowed_amount |
-- | 99213      | 2022-11-03 |  100.00 |      | first   |         100.00 |
-- | J1100      | 2022-11-03 |  900.00 |
select
  l.person_id,
  coalesce(l.rendering_tin, '') as tin,
  coalesce(l.rendering_npi, '') as npi,
  s.segment,
  l.allowed_amount,
  l.place_of_service_code,
  coalesce(c.is_patient_facing, false) as is_patient_facing
from professional_line l
cross join volume_rule r
join determination_segment s
  on l.claim_line_start_date >= s.first_day
  and l.claim_line_start_date <= s.last_day
  and (l.load_date is null or l.load_date <= s.known_by)
left join covered_code c
  on c.hcpcs_code = l.hcpcs_code
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_id = l.claim_id
  and w.claim_kind = 'professional'
  and (w.withdrawn_on is null or w.withdrawn_on <= s.known_by)
where l.sign = 1
  and not l.is_denied
  and l.allowed_amount > 0
  and w.claim_id is null
  and (r.every_service or c.hcpcs_code is not null)
