select claim_id, 'institutional_claim' as place
from institutional_claim
where paid_amount * sign < 0
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where paid_amount * sign < 0
