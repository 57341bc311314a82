-- purpose: chronic conditions and beneficiary status of people, as the user gives them, else claims
-- grain: one row a person and span of days the user gives; else one row a person with conditions
-- scope: person
-- inputs: given_fact, person_condition, care_date, person
-- cite: CMS Chronic Conditions Warehouse algorithms, 30 conditions; the user's list before them
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   first_date: first day; null where the claims say it
--   last_date: last day; null: still so
--   chronic_conditions: how many; null where the user's row does not say
--   is_qualified_beneficiary: whether a Qualified Medicare Beneficiary; null where not known
--   is_given: whether the user said it; claims alone may lack a condition
--
-- given_fact            person_condition       person_fact
-- | person | number |   | person | condition | | person | conditions | is_given |
-- | P1     |      3 |   | P2     | DIABETES  | | P1     |          3 | true     |
--                       | P2     | HYPERTEN  | | P2     |          2 | false    |
with counted as (
  select c.person_id, cast(count(distinct c.condition) as int) as chronic_conditions
  from person_condition c
  join care_date d
    on d.as_of = c.as_of
    and d.is_today
  where c.algorithm = 'CCW30'
  group by c.person_id
),
told as (
  select distinct person_id
  from given_fact
  where chronic_conditions is not null
)
select
  g.person_id,
  g.first_date,
  g.last_date,
  g.chronic_conditions,
  g.is_qualified_beneficiary,
  true as is_given
from given_fact g
join person p on p.person_id = g.person_id
union all
select
  c.person_id,
  cast(null as date) as first_date,
  cast(null as date) as last_date,
  c.chronic_conditions,
  cast(null as boolean) as is_qualified_beneficiary,
  false as is_given
from counted c
left join told t on t.person_id = c.person_id
where t.person_id is null
