-- purpose: which organisation a taxpayer number or facility bills for
-- grain: one row a participant TIN or CCN of the performance year
-- scope: population
-- inputs: participant, param
-- cite: 42 CFR 425.306(b)(2), 425.400(a)(2)(iii)
-- columns:
--   provider_type: TIN or CCN
--   provider: the taxpayer number or certification number
--   aco_id: the organisation it bills for; where several, the first
--   organizations: how many organisations have it on their list
--
-- The participant list is certified for the year, so dates on it do not matter. Services billed
-- through a TIN of more than one organisation are left out: organizations > 1.
--
-- participant                       participant_entity
-- | aco_id | tin       | ccn    |  | provider_type | provider  | aco_id | organizations |
-- | A1     | 123456789 |        |  | TIN           | 123456789 | A1     |             2 |
-- | A2     | 123456789 |        |  | CCN           | 171234    | A1     |             1 |
-- | A1     |           | 171234 |
with provider as (
  select 'TIN' as provider_type, p.tin as provider, p.aco_id
  from participant p
  join param on param.performance_year = p.performance_year
  where p.tin is not null
  union all
  select 'CCN' as provider_type, p.ccn as provider, p.aco_id
  from participant p
  join param on param.performance_year = p.performance_year
  where p.ccn is not null
)
select
  provider_type,
  provider,
  min(aco_id) as aco_id,
  cast(count(distinct aco_id) as int) as organizations
from provider
group by provider_type, provider
