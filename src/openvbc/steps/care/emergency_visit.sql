-- purpose: visits to an emergency department, and whether they ended in an admission
-- grain: one row an as-of date, person and day
-- scope: person
-- inputs: institutional_line, institutional_claim, withdrawn_claim, claim_setting, service_code,
--         care_date, hospital_episode
-- cite: National Uniform Billing Committee revenue codes 0450-0459 and 0981
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   visit_date: day of the visit
--   claim_id: the claim of the visit
--   facility_ccn: CMS certification number of the hospital
--   primary_diagnosis_code: principal diagnosis of the visit
--   known_on: first day on which the claim was known
--   is_admitted: whether the person was admitted on the day or the next
--
-- institutional_line                emergency_visit
-- | claim_id | revenue_center |  | claim_id | visit_date | is_admitted |
-- | o1       | 0450           |  | o1       | 2024-03-01 | false       |
with billed as (
  select
    c.person_id,
    c.claim_id,
    min(l.claim_line_start_date) as visit_date,
    max(coalesce(c.load_date, c.claim_end_date)) as known_on,
    min(w.withdrawn_on) as withdrawn_on
  from institutional_claim c
  join claim_setting t
    on t.claim_type_code = c.claim_type_code
    and t.setting = 'OP'
  join institutional_line l
    on l.person_id = c.person_id
    and l.claim_id = c.claim_id
  join service_code s
    on s.service = 'EMERGENCY'
    and s.code_kind = 'REVENUE'
    and s.code = l.revenue_center_code
  left join withdrawn_claim w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = 'institutional'
  where c.sign = 1
    and not c.is_denied
  group by c.person_id, c.claim_id
),
seen as (
  select
    d.as_of,
    b.person_id,
    b.visit_date,
    min(b.claim_id) as claim_id,
    min(b.known_on) as known_on
  from billed b
  join care_date d
    on b.visit_date <= d.as_of
    and b.known_on <= d.as_of
    and (b.withdrawn_on is null or b.withdrawn_on > d.as_of)
  group by d.as_of, b.person_id, b.visit_date
),
admitted as (
  select distinct
    s.as_of,
    s.person_id,
    s.visit_date
  from seen s
  join hospital_episode e
    on e.as_of = s.as_of
    and e.person_id = s.person_id
    and e.admission_date <= date_add(s.visit_date, 1)
    and e.discharge_date >= s.visit_date
)
select
  s.as_of,
  s.person_id,
  s.visit_date,
  s.claim_id,
  c.facility_ccn,
  c.primary_diagnosis_code,
  s.known_on,
  a.person_id is not null as is_admitted
from seen s
join institutional_claim c
  on c.person_id = s.person_id
  and c.claim_id = s.claim_id
left join admitted a
  on a.as_of = s.as_of
  and a.person_id = s.person_id
  and a.visit_date = s.visit_date
