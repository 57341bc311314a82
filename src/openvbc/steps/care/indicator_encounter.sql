-- purpose: discharges and emergency visits of the year that prevention indicators look at
-- grain: one row a hospital stay that is no transfer in, or an emergency visit
-- scope: person
-- inputs: stay, stay_bill, institutional_claim, emergency_visit, person, acute_facility,
--   ungrouped_drg, transfer_origin, care_date, care_rule
-- cite: AHRQ PQI v2024 and PQE v2024: populations; transfers in are left out
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   family: PQI or PQE
--   encounter_id: the claim of the last bill of the stay, or of the visit
--   encounter_date: day of discharge, or of the visit
--   facility_ccn: CMS certification number of the facility
--   age_months: months of age at admission or visit
--   sex: male, female or unknown
--
-- A transfer in is told by the point of origin of the stay's first bill, and by the stay before it:
-- another hospital's, within the days of a transfer.
--
-- stay                                        indicator_encounter
-- | stay_id | facility | admit | discharge |  | encounter_id | family |
-- | 1       | A        | 03-01 | 03-03     |  | 1            | PQI    |
-- | 2       | B        | 03-03 | 03-09     |
with ordered as (
  select
    s.person_id,
    s.stay_id,
    s.facility_ccn,
    s.admission_date,
    s.discharge_date,
    s.is_discharged,
    s.drg_code,
    d.as_of,
    lag(s.facility_ccn) over (
      partition by s.person_id
      order by s.admission_date nulls last, s.discharge_date nulls last, s.stay_id nulls last
    ) as facility_before,
    lag(s.discharge_date) over (
      partition by s.person_id
      order by s.admission_date nulls last, s.discharge_date nulls last, s.stay_id nulls last
    ) as discharge_before
  from stay s
  join care_date d
    on d.as_of = s.known_by
    and d.is_today
  where s.setting = 'INPATIENT'
),
transferred as (
  select distinct
    l.person_id,
    l.claim_id as stay_id
  from stay_bill l
  join care_date d
    on d.as_of = l.known_by
    and d.is_today
  join stay_bill b
    on b.person_id = l.person_id
    and b.known_by = l.known_by
    and b.setting = l.setting
    and b.place = l.place
    and b.stay_number = l.stay_number
    and b.position = 1
  join institutional_claim c
    on c.person_id = b.person_id
    and c.claim_id = b.claim_id
  join transfer_origin t on t.admit_source_code = c.admit_source_code
  where l.setting = 'INPATIENT'
    and l.is_last
),
met as (
  select
    'PQI' as family,
    o.person_id,
    o.stay_id as encounter_id,
    o.admission_date as aged_on,
    o.discharge_date as encounter_date,
    o.facility_ccn
  from ordered o
  cross join care_rule r
  left join acute_facility f
    on substring(o.facility_ccn, f.first_digit, f.digits) >= f.lowest
    and substring(o.facility_ccn, f.first_digit, f.digits) <= f.highest
  left join ungrouped_drg u on u.drg_code = o.drg_code
  left join transferred t
    on t.person_id = o.person_id
    and t.stay_id = o.stay_id
  where o.is_discharged
    and o.discharge_date <= o.as_of
    and o.discharge_date > add_months(o.as_of, 0 - r.spending_months)
    and (o.facility_ccn is null or f.lowest is not null)
    and u.drg_code is null
    and t.stay_id is null
    and not (
      o.discharge_before is not null
      and o.facility_before <> o.facility_ccn
      and datediff(o.admission_date, o.discharge_before) <= r.transfer_days
    )
  union all
  select
    'PQE' as family,
    v.person_id,
    v.claim_id as encounter_id,
    v.visit_date as aged_on,
    v.visit_date as encounter_date,
    v.facility_ccn
  from emergency_visit v
  cross join care_rule r
  join care_date d
    on d.as_of = v.as_of
    and d.is_today
  where v.visit_date > add_months(v.as_of, 0 - r.spending_months)
    and not v.is_admitted
)
select
  m.person_id,
  m.family,
  m.encounter_id,
  m.encounter_date,
  m.facility_ccn,
  year(m.aged_on) * 12 + month(m.aged_on) - year(p.birth_date) * 12 - month(p.birth_date)
    - case when day(m.aged_on) < day(p.birth_date) then 1 else 0 end as age_months,
  p.sex
from met m
join person p on p.person_id = m.person_id
where p.birth_date is not null
