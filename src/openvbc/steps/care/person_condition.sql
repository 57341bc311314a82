-- purpose: chronic conditions of people as of a date, with the claims that say so
-- grain: one row an as-of date, person, algorithm and condition whose claims criteria are met
-- scope: person
-- inputs: care_claim, condition_path, look_back, covered_month
-- cite: CMS Chronic Conditions Warehouse algorithms: reference period, number and type of claims
-- columns:
--   as_of: the day the list is for; claims known by it count
--   person_id: the person, by the identifier the claim store gives
--   algorithm: CCW30 or CCW27
--   condition: short name of the condition, as the Warehouse prints it
--   name: name of the condition
--   claims: claims that count
--   first_date: day of the first of them
--   last_date: day of the last of them
--   evidence_claim: the last of them
--   is_covered: whether Parts A and B without Medicare Advantage stood in the whole period
--
-- One claim of some settings is enough, or two of others that are at least a day apart; claims of
-- the two ways are not added up. A claim that also carries a code that leaves it out does not count
-- for the condition. What a claim tells of is one number, a bit a condition: its diagnoses are gone
-- through once.
--
-- diagnosis                                   person_condition
-- | setting | end_date   | diagnosis_code |   | condition | claims |
-- | CAR     | 2024-06-01 | E119           |   | DIABETES  | 2      |
-- | OP      | 2024-06-02 | E1165          |
with telling as (
  select
    person_id,
    claim_id,
    setting,
    end_date,
    counts_for,
    conditions
  from care_claim
  where counts_for <> 0
    and conditions <> 0
),
pattern as (
  select distinct setting, counts_for, conditions
  from telling
),
meaning as (
  select
    t.setting,
    t.counts_for,
    t.conditions,
    b.as_of,
    p.algorithm,
    p.condition,
    p.path
  from pattern t
  join condition_path p
    on p.setting = t.setting
    and (p.condition_bit & t.conditions) <> 0
  join look_back b
    on b.months = p.reference_months
    and (b.span_bit & t.counts_for) <> 0
),
counted as (
  select
    m.as_of,
    t.person_id,
    m.algorithm,
    m.condition,
    m.path,
    count(*) as claims,
    min(t.end_date) as first_date,
    max(t.end_date) as last_date
  from telling t
  join meaning m
    on m.setting = t.setting
    and m.counts_for = t.counts_for
    and m.conditions = t.conditions
  group by m.as_of, t.person_id, m.algorithm, m.condition, m.path
),
asked as (
  select
    algorithm,
    condition,
    path,
    max(name) as name,
    max(claims) as claims,
    max(days_apart) as days_apart,
    max(reference_months) as reference_months
  from condition_path
  group by algorithm, condition, path
),
path_met as (
  select
    c.*,
    a.name,
    a.reference_months
  from counted c
  join asked a
    on a.algorithm = c.algorithm
    and a.condition = c.condition
    and a.path = c.path
    and c.claims >= a.claims
    and datediff(c.last_date, c.first_date) >= a.days_apart
),
evidence as (
  select
    c.as_of,
    c.person_id,
    c.algorithm,
    c.condition,
    c.path,
    min(t.claim_id) as claim_id
  from path_met c
  join telling t
    on t.person_id = c.person_id
    and t.end_date = c.last_date
  join meaning m
    on m.as_of = c.as_of
    and m.algorithm = c.algorithm
    and m.condition = c.condition
    and m.path = c.path
    and m.setting = t.setting
    and m.counts_for = t.counts_for
    and m.conditions = t.conditions
  group by c.as_of, c.person_id, c.algorithm, c.condition, c.path
),
met as (
  select
    c.as_of,
    c.person_id,
    c.algorithm,
    c.condition,
    max(c.name) as name,
    max(c.reference_months) as reference_months,
    cast(sum(c.claims) as bigint) as claims,
    min(c.first_date) as first_date,
    max(c.last_date) as last_date,
    max_by(e.claim_id, cast(c.last_date as string) || e.claim_id) as evidence_claim
  from path_met c
  join evidence e
    on e.as_of = c.as_of
    and e.person_id = c.person_id
    and e.algorithm = c.algorithm
    and e.condition = c.condition
    and e.path = c.path
  group by c.as_of, c.person_id, c.algorithm, c.condition
),
span as (
  select distinct as_of, person_id, reference_months
  from met
),
months as (
  select
    s.as_of,
    s.person_id,
    s.reference_months,
    count(*) as covered_months
  from span s
  join covered_month v
    on v.person_id = s.person_id
    and v.month_number <= year(s.as_of) * 12 + month(s.as_of)
    and v.month_number > year(s.as_of) * 12 + month(s.as_of) - s.reference_months
  group by s.as_of, s.person_id, s.reference_months
)
select
  m.as_of,
  m.person_id,
  m.algorithm,
  m.condition,
  m.name,
  m.claims,
  m.first_date,
  m.last_date,
  m.evidence_claim,
  coalesce(v.covered_months, 0) >= m.reference_months as is_covered
from met m
left join months v
  on v.as_of = m.as_of
  and v.person_id = m.person_id
  and v.reference_months = m.reference_months
