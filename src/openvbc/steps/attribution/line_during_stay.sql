-- purpose: primary care lines left out because they fall on a day of a facility stay
-- grain: one row a line and period
-- scope: person
-- inputs: primary_care_line, facility_stay, period
-- cite: 42 CFR 425.400(c)(1); SLAAM p. 92
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   claim_id: the claim record
--   claim_line_number: the line of the claim
--   setting: INPATIENT or SKILLED_NURSING
--
-- A stay counts from the day it is known until a cancellation of it is known.
--
-- primary_care_line                    line_during_stay
-- | service_date | not_during_stay |  | period | setting         |
-- | 2024-03-05   | SKILLED_NURSING |  | PY     | SKILLED_NURSING |
select distinct
  l.person_id,
  p.period,
  l.claim_id,
  l.claim_line_number,
  s.setting
from primary_care_line l
join facility_stay s
  on s.person_id = l.person_id
  and s.setting = l.not_during_stay
  and l.service_date >= s.start_date
  and l.service_date <= s.end_date
join period p
  on l.service_date >= coalesce(p.expanded_window_start, p.window_start)
  and l.service_date <= p.window_end
  and s.known_on <= p.assignment_known_by
  and (s.withdrawn_on is null or s.withdrawn_on > p.assignment_known_by)
where l.not_during_stay is not null
