with lines as (
  select person_id, claim_id, sum(paid_amount) as paid_amount
  from institutional_line
  group by person_id, claim_id
  having sum(abs(paid_amount)) > 0
)
select c.claim_id, concat('type ', c.claim_type_code) as place
from institutional_claim c
join lines l on l.person_id = c.person_id and l.claim_id = c.claim_id
where abs(l.paid_amount) <> abs(c.paid_amount)
