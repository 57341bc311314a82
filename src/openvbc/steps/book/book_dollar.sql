-- purpose: every dollar paid that is to be put in a payment category: of the claims, and as listed
-- grain: one row a person, month, provider, payer, line of business and episode contract
-- scope: population
-- inputs: paid_month, known_day, given_dollar, contract_month, person_identifier
-- cite: HCP-LAN measurement: all dollars paid to providers in the year, claims and others
-- columns:
--   person_id: the person; empty where the list names none
--   bit: the month, January is 1, February 2, March 4
--   provider: taxpayer or certification number; empty where the list names none
--   payer: who paid; empty for claims, where the contract says it
--   line_of_business: of the dollar; empty for claims, where the contract says it
--   episode_contract: number of the contract within whose episode it was paid; 0 is none
--   amount: dollars paid (USD)
--
-- paid_month                              book_dollar
-- | person_id | bit | paid_amount |       | person_id | bit | payer | amount |
-- | P1        |   1 |       90.00 |       | P1        |   1 |       |  90.00 |
-- given_dollar                            | M9        |   1 | North |  10.00 |
-- | member_id | paid_on    | amount |
-- | M9        | 2025-01-05 |  10.00 |
with every as (
  select
    y.person_id,
    y.bit,
    y.provider,
    '' as payer,
    '' as line_of_business,
    0 as episode_contract,
    y.paid_amount as amount
  from paid_month y
  join known_day k
    on k.known_by = y.known_by
    and k.is_latest
  union all
  select
    coalesce(i.person_id, d.member_id) as person_id,
    c.bit,
    d.provider,
    d.payer,
    d.line_of_business,
    d.episode_contract,
    d.amount
  from given_dollar d
  join contract_month c
    on c.first_day <= d.paid_on
    and c.last_day >= d.paid_on
  left join person_identifier i on i.member_id = d.member_id
)
select
  coalesce(person_id, '') as person_id,
  bit,
  coalesce(provider, '') as provider,
  payer,
  line_of_business,
  episode_contract,
  cast(sum(amount) as decimal(18, 2)) as amount
from every
group by coalesce(person_id, ''), bit, coalesce(provider, ''), payer, line_of_business,
  episode_contract
