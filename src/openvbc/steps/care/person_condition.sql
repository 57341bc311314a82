-- purpose: chronic conditions of people as of a date, with the claims that say so
-- grain: one row an as-of date, person, algorithm and condition whose claims criteria are met
-- scope: person
-- inputs: condition_claim, condition_path, care_date, covered_month
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
-- the two ways are not added up.
--
-- condition_claim                                person_condition
-- | condition | setting | end_date   |         | condition | claims |
-- | DIABETES  | CAR     | 2024-06-01 |         | DIABETES  | 2      |
-- | DIABETES  | OP      | 2024-06-02 |
with dated as (
  select
    d.as_of,
    c.person_id,
    c.algorithm,
    c.condition,
    p.name,
    p.path,
    p.claims as needed,
    p.days_apart,
    p.reference_months,
    c.claim_id,
    c.end_date,
    row_number() over (
      partition by d.as_of, c.person_id, c.algorithm, c.condition, p.path
      order by c.end_date desc nulls last, c.claim_id nulls last
    ) as place
  from condition_claim c
  join care_date d
    on c.end_date <= d.as_of
    and c.known_on <= d.as_of
    and (c.withdrawn_on is null or c.withdrawn_on > d.as_of)
  join condition_path p
    on p.algorithm = c.algorithm
    and p.condition = c.condition
    and p.setting = c.setting
    and c.end_date > add_months(d.as_of, 0 - p.reference_months)
),
path_met as (
  select
    as_of,
    person_id,
    algorithm,
    condition,
    name,
    path,
    max(reference_months) as reference_months,
    count(*) as claims,
    min(end_date) as first_date,
    max(end_date) as last_date,
    max(case when place = 1 then claim_id end) as evidence_claim
  from dated
  group by as_of, person_id, algorithm, condition, name, path
  having count(*) >= max(needed)
    and datediff(max(end_date), min(end_date)) >= max(days_apart)
),
met as (
  select
    as_of,
    person_id,
    algorithm,
    condition,
    name,
    max(reference_months) as reference_months,
    cast(sum(claims) as bigint) as claims,
    min(first_date) as first_date,
    max(last_date) as last_date,
    max_by(evidence_claim, cast(last_date as string) || evidence_claim) as evidence_claim
  from path_met
  group by as_of, person_id, algorithm, condition, name
),
months as (
  select
    m.as_of,
    m.person_id,
    m.algorithm,
    m.condition,
    count(*) as covered_months
  from met m
  join covered_month v
    on v.person_id = m.person_id
    and v.month_number <= year(m.as_of) * 12 + month(m.as_of)
    and v.month_number > year(m.as_of) * 12 + month(m.as_of) - m.reference_months
  group by m.as_of, m.person_id, m.algorithm, m.condition
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
  and v.algorithm = m.algorithm
  and v.condition = m.condition
