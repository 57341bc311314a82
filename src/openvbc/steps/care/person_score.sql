-- purpose: Charlson, LACE comorbidity, hospital frailty and Elixhauser readmission points of people
-- grain: one row an as-of date, person, score and category that counts
-- scope: person
-- inputs: score_claim, score_points, score_hierarchy, care_date, care_rule
-- cite: as in scored_code; the worse of a pair of categories counts alone
-- columns:
--   as_of: the day the list is for; claims known by it count
--   person_id: the person, by the identifier the claim store gives
--   score: CHARLSON, LACE, FRAILTY or ELIXHAUSER
--   category: condition of the score
--   points: points of the category
--   evidence_claim: the last claim that says so
--
-- score_claim                       person_score
-- | score   | category |  | score   | category | points |
-- | FRAILTY | G30      |  | FRAILTY | G30      | 4      |
with found as (
  select
    d.as_of,
    c.person_id,
    c.score,
    c.category,
    max_by(c.claim_id, cast(c.end_date as string) || c.claim_id) as evidence_claim
  from score_claim c
  cross join care_rule r
  join care_date d
    on c.end_date <= d.as_of
    and c.known_on <= d.as_of
    and (c.withdrawn_on is null or c.withdrawn_on > d.as_of)
    and c.end_date > add_months(
      d.as_of, 0 - case when c.score = 'FRAILTY' then r.frailty_months else r.score_months end
    )
  group by d.as_of, c.person_id, c.score, c.category
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
  f.evidence_claim
from found f
join score_points p
  on p.score = f.score
  and p.category = f.category
left join dropped x
  on x.as_of = f.as_of
  and x.person_id = f.person_id
  and x.score = f.score
  and x.category = f.category
where x.category is null
