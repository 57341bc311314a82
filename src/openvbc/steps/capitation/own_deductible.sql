-- purpose: the stop-loss deductible of a member who has one of its own (laser)
-- grain: one row a person of the list
-- scope: population
-- inputs: laser, person_identifier
-- cite: the contract's clause on lasers
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   deductible: the member's own deductible (USD)
--
-- A list that gives a person two deductibles is refused before; the same one twice is one.
--
-- laser                       own_deductible
-- | member_id | deductible |  | person_id | deductible |
-- | M1        |  500000.00 |  | P1        |  500000.00 |
select
  coalesce(i.person_id, l.member_id) as person_id,
  max(l.deductible) as deductible
from laser l
left join person_identifier i on i.member_id = l.member_id
group by coalesce(i.person_id, l.member_id)
