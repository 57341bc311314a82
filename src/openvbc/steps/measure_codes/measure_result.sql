-- purpose: members, denominator and numerator of each provider and measure of a contract
-- grain: one row a provider and measure
-- scope: population
-- inputs: measure_person
-- cite: the contract's definition of its measures
-- columns:
--   provider: the provider as the contract's results name it
--   measure: the measure as the contract names it
--   members: members of the provider
--   left_out: members whom a code leaves out
--   denominator: members who count
--   numerator: members who count and meet the measure
--
-- measure_person                                  measure_result
-- | person_id | counts | is_met |                 | measure | denominator | numerator |
-- | P1        | true   | true   |                 | bp      |           2 |         1 |
-- | P2        | true   | false  |
select
  provider,
  measure,
  cast(count(*) as bigint) as members,
  cast(count(case when is_left_out then 1 end) as bigint) as left_out,
  cast(count(case when counts then 1 end) as bigint) as denominator,
  cast(count(case when counts and is_met then 1 end) as bigint) as numerator
from measure_person
group by provider, measure
