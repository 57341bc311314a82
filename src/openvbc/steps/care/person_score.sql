-- purpose: Charlson, LACE comorbidity, hospital frailty and Elixhauser readmission points of people
-- grain: one row an as-of date, person, score and category that counts
-- scope: person
-- inputs: diagnosis, scored_code, score_source, score_bit, counted_claim, score_points,
--         score_hierarchy, look_back, care_rule
-- cite: as in scored_code; the worse of a pair of categories counts alone
-- columns:
--   as_of: the day the list is for; claims known by it count
--   person_id: the person, by the identifier the claim store gives
--   score: CHARLSON, LACE, FRAILTY or ELIXHAUSER
--   category: condition of the score
--   points: points of the category
--   evidence_claim: the last claim that says so
--
-- Of a person's claims that tell the same only the last of a setting and of the same spans is kept.
-- A score that asks the claims of hospitals alone has its codes looked up in these.
--
-- diagnosis                       person_score
-- | claim_id | diagnosis_code |  | score   | category | points |
-- | 1        | G309           |  | FRAILTY | G30      | 4      |
with span as (
  select
    s.score,
    b.as_of,
    b.span_bit
  from (select distinct score from score_source) s
  cross join care_rule r
  join look_back b
    on b.months = case when s.score = 'FRAILTY' then r.frailty_months else r.score_months end
),
last_of_pattern as (
  select
    person_id,
    setting,
    counts_for,
    comorbidities,
    max(cast(end_date as string) || claim_id) as last_claim
  from counted_claim
  where comorbidities <> 0
  group by person_id, setting, counts_for, comorbidities
),
pattern as (
  select distinct setting, counts_for, comorbidities
  from last_of_pattern
),
numbered as (
  select
    score,
    category,
    points,
    row_number() over (order by score nulls last, category nulls last) as category_number
  from score_points
),
meaning as (
  select
    t.setting,
    t.counts_for,
    t.comorbidities,
    n.as_of,
    c.category_number
  from pattern t
  join score_bit b on (b.category_bit & t.comorbidities) <> 0
  join numbered c
    on c.score = b.score
    and c.category = b.category
  join score_source s
    on s.score = b.score
    and s.setting = t.setting
  join span n
    on n.score = b.score
    and (n.span_bit & t.counts_for) <> 0
),
used as (
  select
    k.score,
    c.category_number,
    k.code_version,
    k.diagnosis_code
  from scored_code k
  join numbered c
    on c.score = k.score
    and c.category = k.category
  where k.score not in (select score from score_bit)
),
source as (
  select distinct
    s.score,
    s.setting
  from score_source s
  join used u on u.score = s.score
),
asked as (
  select
    c.person_id,
    c.claim_kind,
    c.claim_id,
    c.end_date,
    c.counts_for,
    c.setting
  from counted_claim c
  where c.setting in (select setting from source)
),
last_of_code as (
  select
    c.person_id,
    d.code_version,
    d.diagnosis_code,
    c.setting,
    c.counts_for,
    max(cast(c.end_date as string) || c.claim_id) as last_claim
  from asked c
  join diagnosis d
    on d.person_id = c.person_id
    and d.claim_kind = c.claim_kind
    and d.claim_id = c.claim_id
  group by c.person_id, d.code_version, d.diagnosis_code, c.setting, c.counts_for
),
told as (
  select
    m.as_of,
    t.person_id,
    m.category_number,
    t.last_claim
  from last_of_pattern t
  join meaning m
    on m.setting = t.setting
    and m.counts_for = t.counts_for
    and m.comorbidities = t.comorbidities
  union all
  select
    n.as_of,
    t.person_id,
    u.category_number,
    t.last_claim
  from last_of_code t
  join used u
    on u.diagnosis_code = t.diagnosis_code
    and u.code_version = t.code_version
  join source s
    on s.score = u.score
    and s.setting = t.setting
  join span n
    on n.score = u.score
    and (n.span_bit & t.counts_for) <> 0
),
found as (
  select
    as_of,
    person_id,
    category_number,
    max(last_claim) as last_claim
  from told
  group by as_of, person_id, category_number
),
dropping as (
  select
    c.category_number,
    x.category_number as dropped_number
  from score_hierarchy h
  join numbered c
    on c.score = h.score
    and c.category = h.category
  join numbered x
    on x.score = h.score
    and x.category = h.drops
),
dropped as (
  select distinct
    f.as_of,
    f.person_id,
    d.dropped_number
  from found f
  join dropping d on d.category_number = f.category_number
)
select
  f.as_of,
  f.person_id,
  p.score,
  p.category,
  p.points,
  substring(f.last_claim, length(cast(f.as_of as string)) + 1) as evidence_claim
from found f
join numbered p on p.category_number = f.category_number
left join dropped x
  on x.as_of = f.as_of
  and x.person_id = f.person_id
  and x.dropped_number = f.category_number
where x.dropped_number is null
