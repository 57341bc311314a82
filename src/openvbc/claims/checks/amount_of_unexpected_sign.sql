select claim_id, 'institutional_claim' as place
from institutional_claim
where paid_amount * sign < 0
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where paid_amount * sign < 0
union all
select distinct claim_id, 'pharmacy_claim' as place
from pharmacy_claim
where patient_paid_amount < 0 or days_supply <= 0 or quantity <= 0
union all
select distinct claim_id, 'payment_detail' as place
from payment_detail
where population_based_payment_reduction_amount < 0
  or population_based_payment_inclusion_amount < 0
