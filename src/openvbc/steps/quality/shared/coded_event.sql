-- purpose: which records carry a code of which value set
-- grain: one row a record, field, component and value set
-- scope: person
-- inputs: coding, value_set_concept
-- cite: HL7 FHIR R4, CodeableConcept: any of its codings may be the one
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   field: where the code stands, for example encounter_type
--   position: place of the component it codes; 0: the record itself
--   value_set: name of the value set
--
-- coding:     A | 7 | condition_code | 0 | 1     value_set_concept: 1 | Hypertension
-- the result: A | 7 | condition_code | 0 | Hypertension
select distinct
  c.person_id,
  c.event_id,
  c.field,
  c.position,
  v.value_set
from coding c
join value_set_concept v
  on v.concept_id = c.concept_id
