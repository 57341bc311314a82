select claim_id, 'institutional_claim' as place
from institutional_claim
where facility_ccn is not null
  and length(facility_ccn) <> 6
