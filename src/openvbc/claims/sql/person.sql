-- purpose: who each person is, from the best feed that says so; everybody who occurs anywhere
-- grain: one row a person
with told as (
  select
    person_id,
    birth_date,
    death_date,
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
    person_id, birth_date, death_date, sex, race, original_reason_entitlement_code, source_file,
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
deaths as (
  select person_id, max(death_date) as death_date
  from told
  group by person_id
),
everybody as (
  select person_id from told
  union
  select person_id from staged_coverage_span
  union
  select person_id from staged_institutional_claim
  union
  select person_id from staged_institutional_line
  union
  select person_id from staged_professional_line
  union
  select person_id from staged_diagnosis
  union
  select person_id from staged_procedure
  union
  select person_id from staged_pharmacy_claim
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
left join ranked r on r.person_id = e.person_id and r.place = 1
left join deaths d on d.person_id = e.person_id
