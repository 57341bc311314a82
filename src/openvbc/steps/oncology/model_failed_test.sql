-- purpose: the tests of oncology that a candidate episode fails, beside those all models share
-- grain: one row a candidate and test it fails
-- scope: person
-- inputs: oncology_candidate, candidate_visit
-- cite: CMS OCM performance-based payment methodology, transcribed (a visit with the cancer)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   reason: the test it fails
--
-- oncology_candidate     candidate_visit     model_failed_test
-- | 6-1 |                (none)              | 6-1 | NO_CANCER_VISIT |
select
  c.person_id,
  c.episode_id,
  'NO_CANCER_VISIT' as reason
from oncology_candidate c
where not exists (
  select v.episode_id from candidate_visit v
  where v.person_id = c.person_id
    and v.episode_id = c.episode_id
    and v.is_qualifying
)
