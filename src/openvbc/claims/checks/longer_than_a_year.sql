select claim_id, 'institutional_claim' as place
from institutional_claim
where claim_end_date > add_months(claim_start_date, 12)
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where
  claim_line_end_date > add_months(claim_line_start_date, 12)
  or claim_end_date > add_months(claim_start_date, 12)
union all
select distinct d.claim_id, 'payment_detail' as place
from payment_detail d
join institutional_claim c on c.person_id = d.person_id and c.claim_id = d.claim_id
where c.claim_type_code in ('20', '30', '60', '61')
  and c.claim_end_date > add_months(d.admission_date, 12)
