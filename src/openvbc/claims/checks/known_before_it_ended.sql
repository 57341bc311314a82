with part as (
  select person_id, claim_id, 'institutional_line' as place, claim_line_start_date as first_day,
    claim_line_end_date as last_day
  from institutional_line
  union all
  select person_id, claim_id, 'diagnosis' as place, claim_start_date as first_day,
    claim_end_date as last_day
  from diagnosis
  union all
  select person_id, claim_id, 'procedure' as place, procedure_date as first_day,
    procedure_date as last_day
  from procedure
),
latest as (
  select max(load_date) as load_date
  from (
    select load_date
    from institutional_claim
    union all
    select load_date
    from professional_line)
)
select claim_id, 'institutional_claim' as place
from institutional_claim
where
  load_date < claim_end_date or load_date < effective_date or effective_date < claim_end_date
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where
  load_date < claim_line_end_date or load_date < claim_end_date or load_date < effective_date
  or effective_date < claim_end_date
union all
select distinct p.claim_id, p.place
from part p
join institutional_claim c on c.person_id = p.person_id and c.claim_id = p.claim_id
where c.load_date < p.first_day or c.load_date < p.last_day
union all
select distinct r.claim_id, 'pharmacy_claim' as place
from pharmacy_claim r
cross join latest
where year(r.dispensing_date) > year(latest.load_date)
