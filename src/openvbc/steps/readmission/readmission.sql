-- purpose: what happened within 30 days of each index stay
-- grain: one row an index stay and measure
-- scope: person
-- inputs: index_stay, stay_chain, planned_stay, readmission_rule
-- cite: CMS readmission measure methodology, outcome: first unplanned readmission within 30 days
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   measure: readmission measure
--   cohort: cohort of the measure, for the hospital-wide measure the specialty
--   facility_ccn: CMS certification number of the facility
--   discharge_date: day of discharge
--   readmission_stay_id: the first stay after discharge within the window; null where none
--   readmission_facility_ccn: certification number of the hospital of that stay
--   days: days from discharge to the readmission
--   is_planned: whether the stay was planned
--   planned_reason: why that stay was planned
--   is_readmitted: whether the first stay after discharge was an unplanned readmission
--
-- The first admission after discharge decides: if it was planned, later ones do not count.
--
-- index_stay                    readmission
-- | stay_id | discharge_date |  | stay_id | readmission_stay_id | days | is_readmitted |
-- | 1       | 2025-01-31     |  | 1       | 9 (on 2025-03-02)   | 30   | true          |
with later as (
  select
    i.person_id,
    i.stay_id,
    i.measure,
    s.stay_id as readmission_stay_id,
    s.facility_ccn as readmission_facility_ccn,
    datediff(s.admission_date, i.discharge_date) as days,
    p.is_planned,
    p.reason as planned_reason,
    row_number() over (
      partition by i.person_id, i.stay_id, i.measure
      order by s.chain_number nulls last
    ) as number
  from index_stay i
  cross join readmission_rule r
  join stay_chain s
    on s.person_id = i.person_id
    and s.chain_number > i.chain_number
    and s.is_first
    and s.admission_date <= date_add(i.discharge_date, r.window_days)
  join planned_stay p
    on p.person_id = s.person_id
    and p.stay_id = s.stay_id
  where i.is_index
)
select
  i.person_id,
  i.stay_id,
  i.measure,
  i.cohort,
  i.facility_ccn,
  i.discharge_date,
  l.readmission_stay_id,
  l.readmission_facility_ccn,
  l.days,
  l.is_planned,
  l.planned_reason,
  coalesce(not l.is_planned, false) as is_readmitted
from index_stay i
left join later l
  on l.person_id = i.person_id
  and l.stay_id = i.stay_id
  and l.measure = i.measure
  and l.number = 1
where i.is_index
