with header as (
  select distinct person_id, claim_id, load_date
  from institutional_claim
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
where load_date < claim_end_date or load_date < effective_date
union all
select distinct claim_id, 'professional_line' as place
from professional_line
where
  load_date < claim_line_end_date or load_date < claim_end_date or load_date < effective_date
union all
select distinct l.claim_id, 'institutional_line' as place
from institutional_line l
join header h on h.person_id = l.person_id and h.claim_id = l.claim_id
where h.load_date < l.claim_line_end_date or h.load_date < l.claim_line_start_date
union all
select distinct p.claim_id, 'procedure' as place
from procedure p
join header h on h.person_id = p.person_id and h.claim_id = p.claim_id
where h.load_date < p.procedure_date
union all
select distinct d.claim_id, 'diagnosis' as place
from diagnosis d
join header h on h.person_id = d.person_id and h.claim_id = d.claim_id
where h.load_date < d.claim_end_date or h.load_date < d.claim_start_date
union all
select distinct r.claim_id, 'pharmacy_claim' as place
from pharmacy_claim r
cross join latest
where year(r.dispensing_date) > year(latest.load_date)
