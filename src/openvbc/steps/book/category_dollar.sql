-- purpose: all dollars paid, each under the most advanced contract that covered it
-- grain: one row a payer, line of business and contract; contract 0 is none
-- scope: population
-- inputs: book_dollar, contract_member, contract_provider, category_contract
-- cite: HCP-LAN measurement: a dollar counts once, in the most advanced arrangement
-- columns:
--   payer: who paid; empty where only the contract says it
--   line_of_business: of the dollar; empty where only the contract says it
--   contract_number: the most advanced contract that covered the dollar; 0 is none
--   amount: dollars paid (USD)
--   people: people of whom any of these dollars were paid
--
-- A contract covers a dollar if the person was its member in the month, or the provider is one of
-- its own where it covers providers, or the dollar was paid within its episodes. `place` is the
-- contract's place in the order of categories, the most advanced first.
--
-- book_dollar                     contract_member (4B: place 1)    category_dollar
-- | person_id | bit | amount |   | contract_number | month_mask |  | contract_number | amount |
-- | P1        |   1 | 100.00 |   |               2 |          1 |  |               2 | 100.00 |
-- | P1        |   2 |  40.00 |                                     |               0 |  40.00 |
with covered as (
  select d.person_id, d.bit, d.provider, d.payer, d.line_of_business, d.episode_contract, c.place
  from book_dollar d
  join contract_member m
    on m.person_id = d.person_id
    and (m.month_mask & d.bit) <> 0
  join category_contract c on c.contract_number = m.contract_number
  where c.covers = 'people'
    and (d.payer = '' or (d.payer = c.payer and d.line_of_business = c.line_of_business))
  union all
  select d.person_id, d.bit, d.provider, d.payer, d.line_of_business, d.episode_contract, c.place
  from book_dollar d
  join contract_provider p on p.provider = d.provider
  join category_contract c on c.contract_number = p.contract_number
  where c.covers = 'providers'
    and (d.payer = '' or (d.payer = c.payer and d.line_of_business = c.line_of_business))
  union all
  select d.person_id, d.bit, d.provider, d.payer, d.line_of_business, d.episode_contract, c.place
  from book_dollar d
  join category_contract c on c.contract_number = d.episode_contract
  where c.covers = 'episodes'
),
best as (
  select person_id, bit, provider, payer, line_of_business, episode_contract, min(place) as place
  from covered
  group by person_id, bit, provider, payer, line_of_business, episode_contract
)
select
  d.payer,
  d.line_of_business,
  coalesce(c.contract_number, 0) as contract_number,
  cast(sum(d.amount) as decimal(18, 2)) as amount,
  count(distinct d.person_id) as people
from book_dollar d
left join best b
  on b.person_id = d.person_id
  and b.bit = d.bit
  and b.provider = d.provider
  and b.payer = d.payer
  and b.line_of_business = d.line_of_business
  and b.episode_contract = d.episode_contract
left join category_contract c on c.place = b.place
group by d.payer, d.line_of_business, coalesce(c.contract_number, 0)
