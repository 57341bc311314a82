-- purpose: diagnosis codes of the store that a comorbidity or frailty score knows
-- grain: one row a score, category, code version and diagnosis code
-- scope: population
-- inputs: diagnosis, score_code
-- cite: Quan 2005 and 2011; van Walraven 2010; Gilbert 2018; AHRQ Elixhauser v2026.1
-- columns:
--   score: CHARLSON, LACE, FRAILTY or ELIXHAUSER
--   category: condition of the score
--   code_version: 0 ICD-10, 9 ICD-9
--   diagnosis_code: code without dot
--
-- diagnosis             scored_code
-- | diagnosis_code |  | score    | category                 | diagnosis_code |
-- | I5020          |  | CHARLSON | Congestive heart failure | I5020          |
with used as (
  select distinct code_version, diagnosis_code
  from diagnosis
)
select distinct
  k.score,
  k.category,
  u.code_version,
  u.diagnosis_code
from used u
join score_code k
  on k.code_version = u.code_version
  and k.first_character = substring(u.diagnosis_code, 1, 1)
  and substring(u.diagnosis_code, 1, length(k.code)) = k.code
  and (k.is_prefix or k.code = u.diagnosis_code)
