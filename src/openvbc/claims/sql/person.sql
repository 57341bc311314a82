-- purpose: who each person is, from the best feed that says so; everybody who occurs anywhere
-- grain: one row a person
-- A value that the newest row leaves empty is taken from the newest that has it.
with told as (
  select
    person_id,
    birth_date,
    case sex when '1' then 'male' when '2' then 'female' else 'unknown' end as sex,
    race,
    original_reason_entitlement_code,
    source_file,
    source_line,
    1 as preference,
    delivery
  from staged_demographics
  union all
  select
    person_id, birth_date, sex, race, original_reason_entitlement_code, source_file,
    source_line, 2 as preference, delivery
  from staged_person
),
ranked as (
  select
    *,
    row_number() over (
      partition by person_id
      order by preference, delivery desc, source_line desc, source_file desc) as place
  from told
),
described as (
  select
    person_id,
    arg_min(birth_date, place) as birth_date,
    arg_min(nullif(sex, 'unknown'), place) as sex,
    arg_min(race, place) as race,
    arg_min(original_reason_entitlement_code, place) as original_reason_entitlement_code,
    arg_min(source_file, place) as source_file,
    arg_min(source_line, place) as source_line
  from ranked
  group by person_id
),
everybody as (
  select person_id from told
  union
  select person_id from staged_coverage_span
  union
  select person_id from claimant
  union
  select person_id from staged_payment_detail
  union
  select person_id from staged_risk_score
  union
  select person_id from staged_voluntary_alignment
  union
  select person_id from staged_non_claims_payment
)
select
  e.person_id,
  r.birth_date,
  d.death_date,
  coalesce(r.sex, 'unknown') as sex,
  r.race,
  r.original_reason_entitlement_code,
  r.source_file,
  r.source_line
from everybody e
left join described r on r.person_id = e.person_id
left join death d on d.person_id = e.person_id
