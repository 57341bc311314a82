-- purpose: avoidable discharges and visits of the panel, with who answers for the person
-- grain: one row an encounter and indicator, composites left out
-- scope: person
-- inputs: indicator_event, indicator_branch, panel
-- cite: AHRQ PQI v2024 and PQE v2024
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   family: PQI or PQE
--   indicator: the indicator
--   encounter_id: the claim of the last bill of the stay, or of the visit
--   encounter_date: day of discharge, or of the visit
--   facility_ccn: CMS certification number of the facility
--   tier: tier of the person
--   rendering_tin: taxpayer number of the practice seen most
--   rendering_npi: clinician seen most
--
-- indicator_event              prevention_event
-- | person | indicator |       | person | indicator | owner |
-- | P1     | PQI05     |       | P1     | PQI05     | Ana   |
select
  e.person_id,
  n.owner,
  e.family,
  e.indicator,
  e.encounter_id,
  e.encounter_date,
  e.facility_ccn,
  n.tier,
  n.rendering_tin,
  n.rendering_npi
from indicator_event e
join (select distinct indicator from indicator_branch) b on b.indicator = e.indicator
join panel n on n.person_id = e.person_id
