-- purpose: who answers for each episode of cancer care that stands: the practice of its visits
-- grain: one row a settled episode
-- scope: person
-- inputs: episode, candidate_practice
-- cite: CMS OCM performance-based payment methodology, transcribed (attribution)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   initiator: the practice or pool; null where none has the visits it needs
--   basis: VISITS
--
-- episode      candidate_practice           episode_initiator
-- | 6-1 |      | 6-1 | 222222222 | 2 of 3 | | 6-1 | 222222222 | VISITS |
select
  e.person_id,
  e.episode_id,
  p.practice as initiator,
  'VISITS' as basis
from episode e
left join candidate_practice p
  on p.person_id = e.person_id
  and p.episode_id = e.episode_id
where e.status = 'SETTLED'
