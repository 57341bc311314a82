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
)
select p.claim_id, p.place
from part p
where not exists (
  select 1
  from institutional_claim c
  where c.person_id = p.person_id and c.claim_id = p.claim_id)
