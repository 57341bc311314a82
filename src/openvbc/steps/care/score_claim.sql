-- purpose: what a claim says of a comorbidity or frailty score
-- grain: one row a claim, score and category
-- scope: person
-- inputs: diagnosis, scored_code, score_source, care_claim
-- cite: as in scored_code
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   score: CHARLSON, LACE, FRAILTY or ELIXHAUSER
--   category: condition of the score
--   claim_id: the claim record
--   end_date: last day of the claim
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--
-- diagnosis                       score_claim
-- | claim_id | diagnosis_code |  | claim_id | score   | category |
-- | 1        | G309           |  | 1        | FRAILTY | G30      |
select distinct
  c.person_id,
  k.score,
  k.category,
  c.claim_id,
  c.end_date,
  c.known_on,
  c.withdrawn_on
from diagnosis d
join scored_code k
  on k.diagnosis_code = d.diagnosis_code
  and k.code_version = d.code_version
join care_claim c
  on c.person_id = d.person_id
  and c.claim_kind = d.claim_kind
  and c.claim_id = d.claim_id
join score_source s
  on s.score = k.score
  and s.setting = c.setting
