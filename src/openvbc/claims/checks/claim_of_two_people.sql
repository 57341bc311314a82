with record as (
  select distinct claim_id, person_id, adjustment_type, 'institutional_claim' as place
  from institutional_claim
  cross join claim_slice
  where ascii(right(claim_id, 1)) % claim_slice.slices = claim_slice.slice
  union all
  select distinct claim_id, person_id, adjustment_type, 'professional_line' as place
  from professional_line
  cross join claim_slice
  where ascii(right(claim_id, 1)) % claim_slice.slices = claim_slice.slice
)
select claim_id, place
from record
group by claim_id, place, adjustment_type
having count(*) > 1
