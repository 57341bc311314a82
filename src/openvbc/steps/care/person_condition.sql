-- purpose: chronic conditions of people as of a date, with the claims that say so
-- grain: one row an as-of date, person, algorithm and condition whose claims criteria are met
-- scope: person
-- inputs: counted_claim, care_date, condition_path, look_back, covered_month
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
-- is found as the least of a text: its day mirrored at today, so that later days come first. The
-- months of a person are one number as well, a bit a month from the earliest that is looked at.
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
  from counted_claim c
  join care_date d on d.is_today
  where c.conditions <> 0
  group by c.person_id, c.setting, c.counts_for, c.conditions
),
pattern as (
  select distinct setting, counts_for, conditions
  from telling
),
numbered as (
  select
    algorithm,
    condition,
    path,
    max(name) as name,
    max(condition_bit) as condition_bit,
    max(claims) as claims,
    max(days_apart) as days_apart,
    max(reference_months) as reference_months,
    row_number() over (order by algorithm nulls last, condition nulls last, path nulls last)
      as path_number
  from condition_path
  group by algorithm, condition, path
),
asked as (
  select
    n.path_number,
    b.span_bit,
    b.as_of,
    n.condition_bit,
    n.claims,
    n.days_apart
  from numbered n
  join look_back b on b.months = n.reference_months
),
meaning as (
  select
    t.setting,
    t.counts_for,
    t.conditions,
    n.path_number,
    b.span_bit
  from pattern t
  join condition_path p
    on p.setting = t.setting
    and (p.condition_bit & t.conditions) <> 0
  join numbered n
    on n.algorithm = p.algorithm
    and n.condition = p.condition
    and n.path = p.path
  join look_back b
    on b.months = p.reference_months
    and (b.span_bit & t.counts_for) <> 0
),
counted as (
  select
    t.person_id,
    m.span_bit,
    m.path_number,
    cast(sum(t.claims) as bigint) as claims,
    min(t.first_date) as first_date,
    max(t.last_date) as last_date,
    min(t.last_claim) as last_claim
  from telling t
  join meaning m
    on m.setting = t.setting
    and m.counts_for = t.counts_for
    and m.conditions = t.conditions
  group by t.person_id, m.span_bit, m.path_number
),
path_met as (
  select
    a.as_of,
    c.person_id,
    a.condition_bit,
    c.claims,
    c.first_date,
    c.last_date,
    substring(c.last_claim, length(cast(a.as_of as string)) + 1) as claim_id
  from counted c
  join asked a
    on a.path_number = c.path_number
    and a.span_bit = c.span_bit
    and c.claims >= a.claims
    and datediff(c.last_date, c.first_date) >= a.days_apart
),
met as (
  select
    as_of,
    person_id,
    condition_bit,
    cast(sum(claims) as bigint) as claims,
    min(first_date) as first_date,
    max(last_date) as last_date,
    max_by(claim_id, cast(last_date as string) || claim_id) as evidence_claim
  from path_met
  group by as_of, person_id, condition_bit
),
named as (
  select
    condition_bit,
    max(algorithm) as algorithm,
    max(condition) as condition,
    max(name) as name,
    max(reference_months) as reference_months
  from numbered
  group by condition_bit
),
earliest as (
  select
    min(year(as_of) * 12 + month(as_of) - months) as month_before,
    max(year(as_of) * 12 + month(as_of)) as last_month
  from look_back
),
reference as (
  select
    b.as_of,
    b.months as reference_months,
    ((cast(1 as bigint) << b.months) - 1)
      << cast(year(b.as_of) * 12 + month(b.as_of) - b.months - e.month_before as int)
      as month_bits
  from look_back b
  cross join earliest e
),
covered as (
  select
    v.person_id,
    bit_or(cast(1 as bigint) << cast(v.month_number - e.month_before - 1 as int)) as month_bits
  from covered_month v
  join earliest e
    on v.month_number > e.month_before
    and v.month_number <= e.last_month
  group by v.person_id
)
select
  m.as_of,
  m.person_id,
  n.algorithm,
  n.condition,
  n.name,
  m.claims,
  m.first_date,
  m.last_date,
  m.evidence_claim,
  coalesce(r.month_bits & v.month_bits, 0) = r.month_bits as is_covered
from met m
join named n on n.condition_bit = m.condition_bit
join reference r
  on r.as_of = m.as_of
  and r.reference_months = n.reference_months
left join covered v on v.person_id = m.person_id
