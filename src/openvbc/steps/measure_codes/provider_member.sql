-- purpose: the members of each provider of a contract, by the identifier the claim store gives
-- grain: one row a provider and person
-- scope: population
-- inputs: measured_member, person_identifier
-- cite: the contract's clause on its members
-- columns:
--   provider: the provider as the contract's results name it
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--
-- measured_member              provider_member
-- | provider | member_id |     | provider | person_id |
-- | DOGWOOD  | M1        |     | DOGWOOD  | P1        |
select
  m.provider,
  coalesce(i.person_id, m.member_id) as person_id,
  max(case when i.person_id is null then 0 else 1 end) = 1 as is_in_feeds
from measured_member m
left join person_identifier i on i.member_id = m.member_id
group by m.provider, coalesce(i.person_id, m.member_id)
