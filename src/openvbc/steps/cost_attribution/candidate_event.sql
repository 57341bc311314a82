-- purpose: visits that begin a clinician's responsibility for a person's total costs
-- grain: one row a person, clinician under a taxpayer number, and day
-- scope: person
-- inputs: cost_service, cost_rule
-- cite: Total per capita cost measure of MIPS, candidate events (an estimate)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: taxpayer number billed under
--   npi: rendering clinician
--   event_date: day of the visit
--
-- A visit is one if another visit or related service was within some days of it, by anybody, or
-- within more days after it under the same taxpayer number.
--
-- cost_service                               candidate_event
-- | list    | tin | npi | service_date |     | tin | npi | event_date |
-- | visit   | 1   | x   | 2024-03-01   |     | 1   | x   | 2024-03-01 |
-- | related | 2   | y   | 2024-03-02   |
with service as (
  select person_id, claim_id, claim_line_number, tin, npi, service_date,
    max(case when list = 'visit' then 1 else 0 end) as is_visit
  from cost_service
  where list in ('visit', 'related')
  group by person_id, claim_id, claim_line_number, tin, npi, service_date
)
select distinct v.person_id, v.tin, v.npi, v.service_date as event_date
from service v
cross join cost_rule r
join service o
  on o.person_id = v.person_id
  and (o.claim_id <> v.claim_id or o.claim_line_number <> v.claim_line_number)
  and (
    (o.service_date >= date_add(v.service_date, -r.days_around)
      and o.service_date <= date_add(v.service_date, r.days_around))
    or (o.tin = v.tin
      and o.service_date >= v.service_date
      and o.service_date <= date_add(v.service_date, r.days_after))
  )
where v.is_visit = 1
