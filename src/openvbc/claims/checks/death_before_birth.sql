select
  cast(null as string) as claim_id,
  'person' as place
from person
where death_date < birth_date
