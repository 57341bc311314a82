-- purpose: the records of every debit/credit chain in which something was cancelled
-- grain: one row a claim record; records whose chain has no cancellation are not here
-- scope: person
-- inputs: institutional_claim, professional_line
-- cite: CCLF information packet 5.1-5.3
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_kind: institutional or professional
--   natural_key: what the records of one debit/credit chain share
--   claim_id: the claim record
--   sign: 1 for a debit, -1 for a cancellation
--   amount: what was paid, without its sign (USD)
--   known_on: first day on which the record was known
--   effective_date: day on which the record took effect
--
-- professional_line                   cancelled_chain
-- | claim_id | natural_key | sign |  | claim_id | natural_key | sign |
-- | 1        | k1          |    1 |  | 1        | k1          |    1 |
-- | 2        | k1          |   -1 |  | 2        | k1          |   -1 |
-- | 3        | k2          |    1 |
with cancelled_facility as (
  select distinct person_id, natural_key
  from institutional_claim
  where sign = -1
),
cancelled_professional as (
  select distinct person_id, natural_key
  from professional_line
  where sign = -1
)
select
  c.person_id,
  'institutional' as claim_kind,
  c.natural_key,
  c.claim_id,
  c.sign,
  abs(c.paid_amount) as amount,
  coalesce(c.load_date, c.claim_end_date) as known_on,
  c.effective_date
from institutional_claim c
join cancelled_facility k
  on k.person_id = c.person_id
  and k.natural_key = c.natural_key
union all
select
  l.person_id,
  'professional' as claim_kind,
  l.natural_key,
  l.claim_id,
  l.sign,
  abs(cast(sum(l.paid_amount) as decimal(18, 2))) as amount,
  max(coalesce(l.load_date, l.claim_end_date)) as known_on,
  max(l.effective_date) as effective_date
from professional_line l
join cancelled_professional k
  on k.person_id = l.person_id
  and k.natural_key = l.natural_key
group by l.person_id, l.natural_key, l.claim_id, l.sign
