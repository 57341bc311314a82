-- purpose: whose a hospital stay's spending is, and what was paid around it
-- grain: one row a stay discharged in the year and clinician under a taxpayer number
-- scope: person
-- inputs: stay, cost_service, paid_day, surgical_drg, cost_rule
-- cite: Medicare spending per beneficiary clinician measure of MIPS (an estimate: not standardised,
--   not risk adjusted, no excluded services)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the stay's last bill
--   drg_code: MS-DRG
--   kind: medical or surgical
--   tin: taxpayer number the stay is attributed to
--   npi: its clinician with a visit (medical) or a main procedure (surgical) in the stay
--   visits: visits of the stay under the taxpayer number; null for a surgical stay
--   of_visits: visits of the stay; null for a surgical stay
--   paid_amount: what Medicare paid from some days before admission to some after discharge (USD)
--
-- stay, cost_service (stay_visit)            attributed_stay
-- | stay_id | drg | visits of tin 1, 2 |   | stay_id | kind    | tin | visits | of_visits |
-- | s       | 291 | 3, 1               |   | s       | medical | 1   |      3 |         4 |
with indexed as (
  select
    s.person_id, s.stay_id, s.drg_code, s.admission_date, s.discharge_date,
    case when d.drg_code is null then 'medical' else 'surgical' end as kind
  from stay s
  cross join cost_rule r
  left join surgical_drg d
    on d.drg_code = s.drg_code
  where s.setting = 'INPATIENT'
    and s.is_discharged
    and s.discharge_date >= r.first_day
    and s.discharge_date <= r.last_day
),
done as (
  select i.stay_id, i.person_id, i.kind, c.tin, c.npi, c.list
  from indexed i
  join cost_service c
    on c.person_id = i.person_id
    and c.service_date >= i.admission_date
    and c.service_date <= i.discharge_date
    and ((i.kind = 'medical' and c.list = 'stay_visit')
      or (i.kind = 'surgical' and c.list = 'procedure'))
),
visited as (
  select stay_id, person_id, tin, count(*) as visits
  from done
  group by stay_id, person_id, tin
),
whole as (
  select stay_id, person_id, cast(sum(visits) as bigint) as visits
  from visited
  group by stay_id, person_id
),
attributed as (
  select distinct d.stay_id, d.person_id, d.kind, d.tin, d.npi, v.visits, w.visits as of_visits
  from done d
  cross join cost_rule r
  join visited v
    on v.stay_id = d.stay_id
    and v.person_id = d.person_id
    and v.tin = d.tin
  join whole w
    on w.stay_id = d.stay_id
    and w.person_id = d.person_id
  where d.kind = 'surgical'
    or v.visits >= r.stay_visit_share * w.visits
),
spent as (
  select i.stay_id, i.person_id, cast(sum(p.paid_amount) as decimal(18,2)) as paid_amount
  from indexed i
  cross join cost_rule r
  join paid_day p
    on p.person_id = i.person_id
    and p.day >= date_add(i.admission_date, -r.days_before_stay)
    and p.day <= date_add(i.discharge_date, r.days_after_stay)
  group by i.stay_id, i.person_id
)
select
  i.person_id, i.stay_id, i.drg_code, i.kind, a.tin, a.npi,
  case when i.kind = 'medical' then a.visits end as visits,
  case when i.kind = 'medical' then a.of_visits end as of_visits,
  s.paid_amount
from indexed i
join attributed a
  on a.stay_id = i.stay_id
  and a.person_id = i.person_id
left join spent s
  on s.stay_id = i.stay_id
  and s.person_id = i.person_id
