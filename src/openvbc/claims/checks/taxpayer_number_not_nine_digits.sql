select distinct claim_id, 'professional_line' as place
from professional_line
where rendering_tin is not null
  and not regexp_full_match(rendering_tin, '[0-9]{9}')
