with service as (
  select person_id, claim_id, claim_end_date as service_date, 'institutional_claim' as place
  from institutional_claim
  union all
  select person_id, claim_id, claim_line_end_date as service_date, 'professional_line' as place
  from professional_line
)
select distinct s.claim_id, s.place
from service s
join person p on p.person_id = s.person_id
where s.service_date < p.birth_date
