-- purpose: the people over whom averages are taken: those assigned, and those assignable
-- grain: one row a person, period and population
-- scope: person
-- inputs: assignment
-- cite: 42 CFR 425.20 (assignable beneficiary)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   population: ASSIGNED or ASSIGNABLE
--
-- assignment                                       population
-- | person_id | is_assigned | is_assignable |  | person_id | population |
-- | P1        | true        | true          |  | P1        | ASSIGNED   |
--                                              | P1        | ASSIGNABLE |
select person_id, period, 'ASSIGNED' as population
from assignment
where is_assigned
union all
select person_id, period, 'ASSIGNABLE' as population
from assignment
where is_assignable
