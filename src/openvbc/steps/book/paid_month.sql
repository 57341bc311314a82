-- purpose: what was paid for each person by month and provider, as known by each day asked for
-- grain: one row a person, month, provider and day of knowledge
-- scope: person
-- inputs: institutional_claim, professional_line, contract_month, known_day
-- cite: each contract's clauses on what counts as spending and on run-out
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   bit: the month the care ended in, January is 1, February 2, March 4
--   provider: taxpayer number of a professional line, certification number of a facility
--   known_by: only claims known by this day are in it
--   paid_amount: what was paid (USD)
--
-- As in member_spending: a claim is incurred on its last day, amounts are signed, denied claims
-- count for nothing.
--
-- institutional_claim                          paid_month
-- | person_id | claim_end_date | paid_amount |  | person_id | bit | paid_amount |
-- | P1        | 2025-02-03     |      900.00 |  | P1        |   2 |      900.00 |
with payment as (
  select
    person_id,
    facility_ccn as provider,
    claim_end_date as incurred_on,
    coalesce(load_date, claim_end_date) as known_on,
    paid_amount
  from institutional_claim
  where not is_denied
  union all
  select
    person_id,
    rendering_tin as provider,
    coalesce(claim_line_end_date, claim_end_date) as incurred_on,
    coalesce(load_date, claim_line_end_date, claim_end_date) as known_on,
    paid_amount
  from professional_line
  where not is_denied
)
select
  y.person_id,
  c.bit,
  y.provider,
  k.known_by,
  cast(sum(y.paid_amount) as decimal(18, 2)) as paid_amount
from payment y
join contract_month c
  on y.incurred_on >= c.first_day
  and y.incurred_on <= c.last_day
join known_day k on y.known_on <= k.known_by
group by y.person_id, c.bit, y.provider, k.known_by
