select claim_id, concat('type ', coalesce(claim_type_code, 'blank')) as place
from institutional_claim
where claim_type_code is null
  or not exists (select 1 from claim_type t where t.code = claim_type_code)
union all
select distinct claim_id, concat('type ', coalesce(claim_type_code, 'blank')) as place
from professional_line
where claim_type_code is null
  or not exists (select 1 from claim_type t where t.code = claim_type_code)
union all
select distinct claim_id, concat('payment detail of type ', claim_type_code) as place
from payment_detail
where claim_type_code is not null
  and not exists (select 1 from claim_type t where t.code = claim_type_code)
