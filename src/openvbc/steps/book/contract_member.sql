-- purpose: who is in which contract of a book, in which months
-- grain: one row a contract and member with at least one month
-- scope: population
-- inputs: book_span, book_exclusion, attributed_member, contract_month, person_identifier, person
-- cite: each contract's clauses on its population and on exclusions
-- columns:
--   contract_number: the contract's number in the book
--   person_id: the person, by the identifier the claim store gives
--   is_in_feeds: whether a claim feed names the member
--   is_voluntary: whether the person chose the contract's provider
--   aligned_on: since when the person is in the contract
--   month_mask: months as bits, January is 1, February 2, March 4
--   member_months: months of membership
--
-- A month counts as in member_month: on the list on its first day, alive then, and not taken out by
-- a clause of the contract. Spans of one person that overlap count once.
--
-- book_span                                     contract_member
-- | contract_number | member_id | first_day  |  | contract_number | person_id | month_mask |
-- |               1 | M1        | 2025-01-01 |  |               1 | P1        |          7 |
with listed as (
  select contract_number, member_id, first_day, last_day, aligned_on, is_voluntary
  from book_span
  union all
  select contract_number, person_id as member_id, first_day, last_day, aligned_on, is_voluntary
  from attributed_member
),
member as (
  select distinct
    s.contract_number,
    coalesce(i.person_id, s.member_id) as person_id,
    case when i.person_id is not null then 1 else 0 end as in_feeds,
    s.first_day,
    s.last_day,
    s.aligned_on,
    s.is_voluntary
  from listed s
  left join person_identifier i on i.member_id = s.member_id
),
excluded as (
  select distinct
    x.contract_number,
    coalesce(i.person_id, x.member_id) as person_id,
    c.bit
  from book_exclusion x
  join contract_month c
    on c.first_day >= x.first_day
    and c.first_day <= x.last_day
  left join person_identifier i on i.member_id = x.member_id
),
month_of_member as (
  select
    m.contract_number,
    m.person_id,
    c.bit,
    max(m.in_feeds) as in_feeds,
    max(case when m.is_voluntary then 1 else 0 end) as voluntary,
    min(m.aligned_on) as aligned_on
  from member m
  join contract_month c
    on c.first_day >= m.first_day
    and c.first_day <= m.last_day
  left join person p on p.person_id = m.person_id
  left join excluded x
    on x.contract_number = m.contract_number
    and x.person_id = m.person_id
    and x.bit = c.bit
  where x.bit is null
    and (p.death_date is null or p.death_date >= c.first_day)
  group by m.contract_number, m.person_id, c.bit
)
select
  contract_number,
  person_id,
  max(in_feeds) = 1 as is_in_feeds,
  max(voluntary) = 1 as is_voluntary,
  min(aligned_on) as aligned_on,
  cast(sum(bit) as int) as month_mask,
  cast(count(*) as int) as member_months
from month_of_member
group by contract_number, person_id
