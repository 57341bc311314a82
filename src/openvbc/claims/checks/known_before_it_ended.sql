select claim_id, 'institutional_claim' as place
from institutional_claim
where load_date < claim_end_date
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where load_date < claim_line_end_date or load_date < claim_end_date
