-- purpose: revenue lines with the sign of their claim; CCLF2 has no adjustment type of its own
-- grain: one row a staged revenue line
-- Where one claim number stands for both an original and its cancellation the lines stay positive.
with claim_sign as (
  select person_id, claim_id, min(sign) as sign
  from staged_institutional_claim
  group by person_id, claim_id
  having min(sign) = max(sign)
)
select
  l.* replace (cast(l.paid_amount * coalesce(c.sign, 1) as decimal(12,2)) as paid_amount)
from unsigned_institutional_line l
left join claim_sign c on c.person_id = l.person_id and c.claim_id = l.claim_id
