-- purpose: claims that tell of a chronic condition
-- grain: one row a claim, algorithm and condition
-- scope: person
-- inputs: diagnosis, care_claim, condition_code
-- cite: CMS Chronic Conditions Warehouse algorithms (30 conditions, 27 conditions)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   algorithm: CCW30 or CCW27
--   condition: short name of the condition, as the Warehouse prints it
--   claim_id: the claim record
--   setting: IP, SNF, HHA, OP or CAR
--   end_date: last day of the claim
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--
-- A claim that also carries a code that leaves it out does not count for the condition.
--
-- diagnosis                       condition_claim
-- | claim_id | diagnosis_code |  | claim_id | condition |
-- | 1        | I639           |  | 2        | STRKETIA  |
-- | 1        | S06340A        |
-- | 2        | I639           |
with coded as (
  select
    d.person_id,
    d.claim_kind,
    d.claim_id,
    k.algorithm,
    k.condition,
    max(case when k.role = 'INCLUDE' then 1 else 0 end) as included,
    max(case when k.role = 'EXCLUDE' then 1 else 0 end) as excluded
  from diagnosis d
  join condition_code k
    on k.diagnosis_code = d.diagnosis_code
    and k.code_version = d.code_version
    and k.last_position >= d.position
  group by d.person_id, d.claim_kind, d.claim_id, k.algorithm, k.condition
)
select
  c.person_id,
  k.algorithm,
  k.condition,
  c.claim_id,
  c.setting,
  c.end_date,
  c.known_on,
  c.withdrawn_on
from coded k
join care_claim c
  on c.person_id = k.person_id
  and c.claim_kind = k.claim_kind
  and c.claim_id = k.claim_id
where k.included = 1
  and k.excluded = 0
