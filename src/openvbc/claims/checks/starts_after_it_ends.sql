select claim_id, 'institutional_claim' as place
from institutional_claim
where claim_start_date > claim_end_date
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where claim_line_start_date > claim_line_end_date or claim_start_date > claim_end_date
