-- purpose: chronic conditions of people as of a date, with the claims that say so
-- grain: one row an as-of date, person, algorithm and condition whose claims criteria are met
-- scope: person
-- inputs: care_claim, care_date, condition_path, look_back, covered_month
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
-- through once, and a person's claims that tell of the same are counted together. The last of them
-- is found as the least of a text: its day mirrored at today, so that later days come first.
--
-- diagnosis                                   person_condition
-- | setting | end_date   | diagnosis_code |   | condition | claims |
-- | CAR     | 2024-06-01 | E119           |   | DIABETES  | 2      |
-- | OP      | 2024-06-02 | E1165          |
with telling as (
  select
    c.person_id,
    c.setting,
    c.counts_for,
    c.conditions,
    count(*) as claims,
    min(c.end_date) as first_date,
    max(c.end_date) as last_date,
    min(cast(date_add(d.as_of, datediff(d.as_of, c.end_date)) as string) || c.claim_id)
      as last_claim
  from care_claim c
  join care_date d on d.is_today
  where c.counts_for <> 0
    and c.conditions <> 0
  group by c.person_id, c.setting, c.counts_for, c.conditions
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
    cast(sum(t.claims) as bigint) as claims,
    min(t.first_date) as first_date,
    max(t.last_date) as last_date,
    min(t.last_claim) as last_claim
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
    substring(c.last_claim, length(cast(c.as_of as string)) + 1) as claim_id,
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
met as (
  select
    as_of,
    person_id,
    algorithm,
    condition,
    max(name) as name,
    max(reference_months) as reference_months,
    cast(sum(claims) as bigint) as claims,
    min(first_date) as first_date,
    max(last_date) as last_date,
    max_by(claim_id, cast(last_date as string) || claim_id) as evidence_claim
  from path_met
  group by as_of, person_id, algorithm, condition
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
