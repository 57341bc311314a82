-- purpose: claim records that stopped standing for a service because a cancellation took them back
-- grain: one row a withdrawn original or adjustment
-- scope: person
-- inputs: cancelled_chain
-- cite: CCLF information packet 5.1-5.3 (related claims; several final claims may remain)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_kind: institutional or professional
--   claim_id: the claim record
--   withdrawn_on: day on which the cancellation became known
--
-- Every cancellation takes back one record with its natural key: one of the same amount if there is
-- one, else the next that is left. Money needs no pairing, a signed sum is right; services do.
--
-- cancelled_chain                                   withdrawn_claim
-- | claim_id | sign | amount      | known_on   |  | claim_id | withdrawn_on |
-- | 1        |    1 |      200.00 | 2012-07-20 |  | 1        | 2012-08-07   |
-- | 3        |   -1 |      200.00 | 2012-08-07 |
-- | 4        |    1 |      210.00 | 2012-09-20 |
with numbered as (
  select
    *,
    row_number() over (
      partition by person_id, claim_kind, natural_key, sign, amount
      order by effective_date nulls last, known_on nulls last, claim_id nulls last
    ) as number_of_amount
  from cancelled_chain
),
same_amount as (
  select
    s.person_id,
    s.claim_kind,
    s.natural_key,
    s.claim_id,
    c.claim_id as cancellation_id,
    c.known_on as withdrawn_on
  from numbered s
  join numbered c
    on c.person_id = s.person_id
    and c.claim_kind = s.claim_kind
    and c.natural_key = s.natural_key
    and c.amount = s.amount
    and c.number_of_amount = s.number_of_amount
  where s.sign = 1
    and c.sign = -1
),
remaining as (
  select
    n.person_id,
    n.claim_kind,
    n.natural_key,
    n.claim_id,
    n.sign,
    n.known_on,
    row_number() over (
      partition by n.person_id, n.claim_kind, n.natural_key, n.sign
      order by n.effective_date nulls last, n.known_on nulls last, n.claim_id nulls last
    ) as number_left
  from numbered n
  where not exists (
    select 1
    from same_amount p
    where p.person_id = n.person_id
      and p.claim_kind = n.claim_kind
      and p.natural_key = n.natural_key
      and ((n.sign = 1 and p.claim_id = n.claim_id)
        or (n.sign = -1 and p.cancellation_id = n.claim_id))
  )
)
select person_id, claim_kind, claim_id, withdrawn_on
from same_amount
union all
select s.person_id, s.claim_kind, s.claim_id, c.known_on as withdrawn_on
from remaining s
join remaining c
  on c.person_id = s.person_id
  and c.claim_kind = s.claim_kind
  and c.natural_key = s.natural_key
  and c.number_left = s.number_left
where s.sign = 1
  and c.sign = -1
