-- purpose: which codes of the store belong to which value set of the measures
-- grain: one row a code of the store and value set
-- scope: population
-- inputs: concept, value_set_code
-- cite: HL7 FHIR R4, ValueSet: a code belongs to a set by its system and code
-- columns:
--   concept_id: number of the code in the store
--   value_set: name of the value set, as measures call it
--
-- concept:    1 | sct | 59621000        value_set_code: Hypertension | sct | 59621000
-- the result: 1 | Hypertension
select distinct
  c.concept_id,
  v.value_set
from concept c
join value_set_code v
  on v.system = c.system
  and v.code = c.code
