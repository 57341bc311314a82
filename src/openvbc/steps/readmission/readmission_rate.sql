-- purpose: index stays and unplanned readmissions by hospital, measure and year of discharge
-- grain: one row a hospital, measure, cohort and year of discharge
-- scope: population
-- inputs: readmission
-- cite: observed rate: readmissions / index stays (the division is the worksheet's)
-- columns:
--   facility_ccn: CMS certification number of the facility
--   measure: readmission measure
--   cohort: cohort of the measure, for the hospital-wide measure the specialty
--   discharge_year: calendar year of the discharge
--   index_stays: index stays
--   readmissions: unplanned readmissions
--   planned_readmissions: index stays whose first stay after discharge was planned
--
-- readmission                                  readmission_rate
-- | facility_ccn | measure | is_readmitted |  | facility_ccn | index_stays | readmissions |
-- | 010001       | HF      | true          |  | 010001       | 2           | 1            |
-- | 010001       | HF      | false         |
select
  facility_ccn,
  measure,
  cohort,
  year(discharge_date) as discharge_year,
  count(*) as index_stays,
  cast(sum(case when is_readmitted then 1 else 0 end) as bigint) as readmissions,
  cast(sum(case when is_planned then 1 else 0 end) as bigint) as planned_readmissions
from readmission
group by facility_ccn, measure, cohort, year(discharge_date)
