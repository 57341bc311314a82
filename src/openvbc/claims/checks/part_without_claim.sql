with part as (
  select distinct person_id, claim_id, 'institutional_line' as place
  from institutional_line
  union all
  select distinct person_id, claim_id, 'diagnosis' as place
  from diagnosis
  where claim_kind = 'institutional'
  union all
  select distinct person_id, claim_id, 'procedure' as place
  from procedure
  union all
  select distinct person_id, claim_id, 'payment_detail' as place
  from payment_detail
  where claim_line_number is null
),
line_detail as (
  select distinct person_id, claim_id, claim_line_number
  from payment_detail
  where claim_line_number is not null
)
select p.claim_id, p.place
from part p
where not exists (
  select 1
  from institutional_claim c
  where c.person_id = p.person_id and c.claim_id = p.claim_id)
union all
select distinct d.claim_id, 'payment_detail' as place
from line_detail d
where not exists (
  select 1
  from professional_line l
  where l.person_id = d.person_id
    and l.claim_id = d.claim_id
    and l.claim_line_number = d.claim_line_number)
