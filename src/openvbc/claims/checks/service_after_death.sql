with service as (
  select person_id, claim_id, claim_start_date as service_date, 'institutional_claim' as place
  from institutional_claim
  where sign = 1
  union all
  select person_id, claim_id, claim_line_start_date as service_date, 'professional_line' as place
  from professional_line
  where sign = 1
)
select distinct s.claim_id, s.place
from service s
join person p on p.person_id = s.person_id
where s.service_date > p.death_date
