-- purpose: people by the most advanced contract they are in, for each payer and line of business
-- grain: one row a payer, line of business and contract; contract 0 is none
-- scope: population
-- inputs: contract_member, category_contract, book_dollar
-- cite: HCP-LAN measurement: lives in accountable arrangements
-- columns:
--   payer: of the contract; where it is none, who paid (empty for claims)
--   line_of_business: of the contract; where it is none, of the dollar (empty for claims)
--   contract_number: the most advanced contract of the person in the year; 0 is none
--   people: people with it
--
-- contract_member                 category_contract (4B first)   category_people
-- | contract_number | person_id | | contract_number | place |    | contract_number | people |
-- |               1 | P1        | |               2 |     1 |    |               2 |      1 |
-- |               2 | P1        | |               1 |     2 |
with best as (
  select m.person_id, c.payer, c.line_of_business, min(c.place) as place
  from contract_member m
  join category_contract c on c.contract_number = m.contract_number
  where c.covers = 'people'
  group by m.person_id, c.payer, c.line_of_business
),
in_none as (
  select distinct d.person_id, d.payer, d.line_of_business
  from book_dollar d
  left join best b
    on b.person_id = d.person_id
    and (d.payer = '' or (d.payer = b.payer and d.line_of_business = b.line_of_business))
  where d.person_id <> ''
    and b.person_id is null
)
select b.payer, b.line_of_business, c.contract_number, count(*) as people
from best b
join category_contract c on c.place = b.place
group by b.payer, b.line_of_business, c.contract_number
union all
select payer, line_of_business, 0 as contract_number, count(*) as people
from in_none
group by payer, line_of_business
