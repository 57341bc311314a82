-- purpose: which code sets of prevention indicators an encounter carries, and where
-- grain: one row an encounter, code set and position
-- scope: person
-- inputs: indicator_encounter, stay_bill, care_date, diagnosis, procedure, indicator_code
-- cite: AHRQ PQI v2024 and PQE v2024, code sets
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   encounter_id: the claim of the last bill of the stay, or of the visit
--   code_set: the code set
--   position: FIRST, OTHER or PROCEDURE
--
-- Every bill of a stay is looked at; the principal diagnosis is that of the last bill.
--
-- diagnosis                         indicator_match
-- | claim_id | position | code |    | encounter_id | code_set | position |
-- | 1        | 1        | J449 |    | 1            | ACCOPDD  | FIRST    |
with bill as (
  select distinct
    e.person_id,
    e.family,
    e.encounter_id,
    coalesce(b.claim_id, e.encounter_id) as claim_id
  from indicator_encounter e
  join care_date d on d.is_today
  left join stay_bill l
    on e.family = 'PQI'
    and l.person_id = e.person_id
    and l.claim_id = e.encounter_id
    and l.known_by = d.as_of
  left join stay_bill b
    on b.person_id = l.person_id
    and b.known_by = l.known_by
    and b.setting = l.setting
    and b.place = l.place
    and b.stay_number = l.stay_number
)
select distinct
  b.person_id,
  b.encounter_id,
  k.code_set,
  case when g.position = 1 and g.claim_id = b.encounter_id then 'FIRST' else 'OTHER' end
    as position
from bill b
join diagnosis g
  on g.person_id = b.person_id
  and g.claim_id = b.claim_id
  and g.claim_kind = 'institutional'
join indicator_code k
  on k.family = b.family
  and k.code_kind = 'DIAGNOSIS'
  and k.code = g.diagnosis_code
union all
select distinct
  b.person_id,
  b.encounter_id,
  k.code_set,
  'PROCEDURE' as position
from bill b
join procedure p
  on p.person_id = b.person_id
  and p.claim_id = b.claim_id
join indicator_code k
  on k.family = b.family
  and k.code_kind = 'PROCEDURE'
  and k.code = p.procedure_code
