with record as (
  select person_id, claim_id, 'institutional_claim' as place
  from institutional_claim
  union all
  select distinct person_id, claim_id, 'professional_line' as place
  from professional_line
  union all
  select distinct person_id, claim_id, 'pharmacy_claim' as place
  from pharmacy_claim
)
select r.claim_id, r.place
from record r
where not exists (
  select 1
  from coverage c
  where c.person_id = r.person_id)
