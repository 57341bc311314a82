-- purpose: discharges and visits that good care outside the hospital may prevent
-- grain: one row an encounter and indicator or composite; an encounter counts once in each
-- scope: person
-- inputs: indicator_encounter, indicator_match, indicator_branch, indicator_clause,
--         indicator_composite
-- cite: AHRQ PQI v2024 and PQE v2024, rules; composites 90, 91, 92, 93
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   family: PQI or PQE
--   indicator: the indicator or composite
--   encounter_id: the claim of the last bill of the stay, or of the visit
--   encounter_date: day of discharge, or of the visit
--   facility_ccn: CMS certification number of the facility
--   age_months: months of age at admission or visit
--   sex: male, female or unknown
--
-- A clause holds when each of its parts is met by one code set at least. A branch counts when every
-- clause it asks for holds and none that leaves it out does. Of some indicators only one encounter
-- of a person counts, for example the second.
--
-- indicator_match                        indicator_event
-- | encounter_id | code_set | pos   |    | encounter_id | indicator |
-- | 1            | ACCOPDD  | FIRST |    | 1            | PQI05     |
-- |              |          |       |    | 1            | PQI90     |
with part as (
  select distinct
    m.person_id,
    m.encounter_id,
    c.indicator,
    c.branch,
    c.kind,
    c.clause,
    c.part
  from indicator_match m
  join indicator_clause c
    on c.code_set = m.code_set
    and (c.position = m.position or (c.position = 'ANY' and m.position <> 'PROCEDURE'))
),
clause_size as (
  select
    indicator,
    branch,
    clause,
    count(distinct part) as parts
  from indicator_clause
  group by indicator, branch, clause
),
holding as (
  select
    p.person_id,
    p.encounter_id,
    p.indicator,
    p.branch,
    p.kind,
    p.clause
  from part p
  join clause_size s
    on s.indicator = p.indicator
    and s.branch = p.branch
    and s.clause = p.clause
  group by p.person_id, p.encounter_id, p.indicator, p.branch, p.kind, p.clause
  having count(*) >= max(s.parts)
),
judged as (
  select
    person_id,
    encounter_id,
    indicator,
    branch,
    cast(sum(case when kind = 'REQUIRE' then 1 else 0 end) as bigint) as required,
    cast(sum(case when kind = 'EXCLUDE' then 1 else 0 end) as bigint) as left_out
  from holding
  group by person_id, encounter_id, indicator, branch
),
needed as (
  select
    indicator,
    branch,
    count(distinct clause) as clauses
  from indicator_clause
  where kind = 'REQUIRE'
  group by indicator, branch
),
single as (
  select distinct
    e.person_id,
    e.family,
    b.indicator,
    e.encounter_id,
    e.encounter_date,
    e.facility_ccn,
    e.age_months,
    e.sex,
    b.counted_visit
  from judged j
  join needed n
    on n.indicator = j.indicator
    and n.branch = j.branch
    and n.clauses = j.required
  join indicator_branch b
    on b.indicator = j.indicator
    and b.branch = j.branch
  join indicator_encounter e
    on e.person_id = j.person_id
    and e.encounter_id = j.encounter_id
    and e.family = b.family
  where j.left_out = 0
    and e.age_months >= b.age_from_months
    and (b.age_below_months is null or e.age_months < b.age_below_months)
    and (b.sex is null or b.sex = e.sex)
),
numbered as (
  select
    *,
    row_number() over (
      partition by person_id, indicator
      order by encounter_date nulls last, encounter_id nulls last
    ) as visit
  from single
),
counted as (
  select *
  from numbered
  where counted_visit is null
    or counted_visit = visit
)
select
  person_id,
  family,
  indicator,
  encounter_id,
  encounter_date,
  facility_ccn,
  age_months,
  sex
from counted
union all
select distinct
  s.person_id,
  s.family,
  c.composite as indicator,
  s.encounter_id,
  s.encounter_date,
  s.facility_ccn,
  s.age_months,
  s.sex
from counted s
join indicator_composite c on c.indicator = s.indicator
