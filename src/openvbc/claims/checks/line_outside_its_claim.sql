select distinct l.claim_id, concat('type ', c.claim_type_code) as place
from institutional_line l
join institutional_claim c on c.person_id = l.person_id and c.claim_id = l.claim_id
where
  l.claim_line_start_date < c.claim_start_date
  or l.claim_line_start_date > c.claim_end_date
  or l.claim_line_end_date > c.claim_end_date
union all
select distinct d.claim_id, 'payment_detail' as place
from payment_detail d
join institutional_claim c on c.person_id = d.person_id and c.claim_id = d.claim_id
where d.admission_date > c.claim_end_date
