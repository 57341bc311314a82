with service as (
  select person_id, claim_id, claim_end_date as service_date, 'institutional_claim' as place
  from institutional_claim
  union all
  select distinct person_id, claim_id, claim_line_end_date as service_date,
    'professional_line' as place
  from professional_line
)
select distinct s.claim_id, s.place
from service s
join coverage c on c.person_id = s.person_id and c.calendar_year = year(s.service_date)
where (c.medicare_advantage_mask >> (month(s.service_date) - 1)) & 1 = 1
