select min(claim_id) as claim_id, 'professional_line' as place
from professional_line
where sign = 1
  and not is_denied
group by person_id, claim_line_start_date, hcpcs_code, rendering_npi, rendering_tin, paid_amount,
  hcpcs_modifier_1
having count(distinct natural_key) > 1
