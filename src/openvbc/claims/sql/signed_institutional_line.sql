-- purpose: revenue lines with the sign of their claim; CCLF2 has no adjustment type of its own
-- grain: one row a revenue line
-- Where one claim number stands for both an original and its cancellation the lines stay positive.
with line as (
  unsigned_lines
),
cancelled as (
  select person_id, claim_id
  from staged_institutional_claim
  group by person_id, claim_id
  having max(sign) = -1
)
select
  l.* replace (
    cast(case when c.claim_id is null then l.paid_amount else -l.paid_amount end as decimal(12,2))
      as paid_amount)
from line l
left join cancelled c on c.person_id = l.person_id and c.claim_id = l.claim_id
