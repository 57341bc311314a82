-- purpose: Charlson, LACE comorbidity, hospital frailty and Elixhauser readmission points of people
-- grain: one row an as-of date, person, score and category that counts
-- scope: person
-- inputs: diagnosis, scored_code, score_source, care_claim, score_points, score_hierarchy,
--         look_back, care_rule
-- cite: as in scored_code; the worse of a pair of categories counts alone
-- columns:
--   as_of: the day the list is for; claims known by it count
--   person_id: the person, by the identifier the claim store gives
--   score: CHARLSON, LACE, FRAILTY or ELIXHAUSER
--   category: condition of the score
--   points: points of the category
--   evidence_claim: the last claim that says so
--
-- Of a person's claims with a code only the last of a setting and of the same spans is kept.
--
-- diagnosis                       person_score
-- | claim_id | diagnosis_code |  | score   | category | points |
-- | 1        | G309           |  | FRAILTY | G30      | 4      |
with used as (
  select distinct code_version, diagnosis_code
  from scored_code
),
last_told as (
  select
    c.person_id,
    d.code_version,
    d.diagnosis_code,
    c.setting,
    c.counts_for,
    max(c.claim_number) as claim_number
  from diagnosis d
  join used u
    on u.diagnosis_code = d.diagnosis_code
    and u.code_version = d.code_version
  join care_claim c
    on c.person_id = d.person_id
    and c.claim_kind = d.claim_kind
    and c.claim_id = d.claim_id
  where c.counts_for <> 0
  group by c.person_id, d.code_version, d.diagnosis_code, c.setting, c.counts_for
),
found as (
  select
    b.as_of,
    t.person_id,
    k.score,
    k.category,
    max(t.claim_number) as claim_number
  from last_told t
  join scored_code k
    on k.diagnosis_code = t.diagnosis_code
    and k.code_version = t.code_version
  join score_source s
    on s.score = k.score
    and s.setting = t.setting
  cross join care_rule r
  join look_back b
    on b.months = case when k.score = 'FRAILTY' then r.frailty_months else r.score_months end
    and (b.span_bit & t.counts_for) <> 0
  group by b.as_of, t.person_id, k.score, k.category
),
dropped as (
  select distinct
    f.as_of,
    f.person_id,
    f.score,
    h.drops as category
  from found f
  join score_hierarchy h
    on h.score = f.score
    and h.category = f.category
)
select
  f.as_of,
  f.person_id,
  f.score,
  f.category,
  p.points,
  e.claim_id as evidence_claim
from found f
join care_claim e
  on e.person_id = f.person_id
  and e.claim_number = f.claim_number
join score_points p
  on p.score = f.score
  and p.category = f.category
left join dropped x
  on x.as_of = f.as_of
  and x.person_id = f.person_id
  and x.score = f.score
  and x.category = f.category
where x.category is null
