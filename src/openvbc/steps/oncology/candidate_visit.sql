-- purpose: the visits of each candidate episode that its tests and its attribution look at
-- grain: one row a candidate, taxpayer number, day and cancer
-- scope: person
-- inputs: oncology_candidate, cancer_visit, oncology_model
-- cite: CMS OCM performance-based payment methodology, transcribed (visits within the six months)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   tin: taxpayer number billed under
--   practice: the practice or pool it belongs to
--   visit_day: day of the visit
--   cancer_type: the cancer
--   is_reconciled: whether episodes of the cancer are reconciled
--   claim_id: the highest claim record of the visit
--   is_qualifying: whether it may qualify and attribute the episode
--   is_during: whether it lies in the six months; else in the days before that are looked at
--
-- oncology_candidate           cancer_visit             candidate_visit
-- | 6-1 | from 2024-02-01 |    | 2024-03-01 | lung |    | 6-1 | 2024-03-01 | lung |
select
  c.person_id,
  c.episode_id,
  v.tin,
  v.practice,
  v.visit_day,
  v.cancer_type,
  v.is_reconciled,
  max(v.claim_id) as claim_id,
  max(case when v.is_oncology or not m.visit_needs_oncology then 1 else 0 end) = 1
    as is_qualifying,
  v.visit_day >= c.first_day as is_during
from oncology_candidate c
cross join oncology_model m
join cancer_visit v
  on v.person_id = c.person_id
  and v.visit_day <= c.last_day
  and v.visit_day >= date_add(c.first_day, 0 - m.visit_days_before)
  and v.counted_from <= c.first_day
group by
  c.person_id, c.episode_id, v.tin, v.practice, v.visit_day, v.cancer_type, v.is_reconciled,
  v.visit_day >= c.first_day
