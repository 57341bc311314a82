with chain as (
  select person_id, natural_key, 'institutional_claim' as place,
    min(claim_id) as claim_id, sum(sign) as left_over
  from institutional_claim
  group by person_id, natural_key
  union all
  select person_id, natural_key, 'professional_line' as place,
    min(claim_id) as claim_id, sum(sign) as left_over
  from (select distinct person_id, natural_key, claim_id, sign from professional_line)
  group by person_id, natural_key
)
select claim_id, place
from chain
where left_over < 0
