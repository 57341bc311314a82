-- purpose: the months of the contract year in which a person was a member
-- grain: one row a member with at least one month
-- scope: population
-- inputs: roster_span, contract_month, person_identifier, person
-- cite: the contract's clause on its population
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   month_mask: months as bits, January is 1, February 2, March 4
--   member_months: months of membership
--
-- A month counts if the member is on the roster on its first day and alive then. A person on the
-- roster twice (an identifier changed, spans that overlap) has each month once. A member no feed
-- names is a member all the same: person_id is then the identifier of the roster.
--
-- roster_span                              member_month
-- | member_id | first_day  | last_day   |  | person_id | month_mask | member_months | is_in_feeds |
-- | M1        | 2025-01-01 | 2025-03-31 |  | P1        |          7 |             3 | true        |
-- | M1        | 2025-03-01 | 2025-03-31 |
with member as (
  select distinct
    coalesce(i.person_id, r.member_id) as person_id,
    i.person_id is not null as is_in_feeds,
    r.first_day,
    r.last_day
  from roster_span r
  left join person_identifier i on i.member_id = r.member_id
),
month_of_member as (
  select distinct m.person_id, m.is_in_feeds, c.bit
  from member m
  join contract_month c
    on c.first_day >= m.first_day
    and c.first_day <= m.last_day
  left join person p on p.person_id = m.person_id
  where p.death_date is null
    or p.death_date >= c.first_day
)
select
  person_id,
  is_in_feeds,
  cast(sum(bit) as int) as month_mask,
  cast(count(*) as int) as member_months
from month_of_member
group by person_id, is_in_feeds
