-- purpose: what kind of facility each bill of a hospital came from, by its certification number
-- grain: one row a certification number on inpatient and outpatient claims
-- scope: population
-- inputs: institutional_claim, episode_claim_type, facility_range
-- cite: CMS shadow bundles program c2 (provider type from the certification number)
-- columns:
--   facility_ccn: CMS certification number of the facility
--   is_acute: short-term acute hospital: its number has digits only and lies in the ranges
--   is_critical_access: critical access hospital
--   is_cancer: PPS-exempt cancer hospital
--   is_emergency: emergency hospital
--   is_veterans: veterans hospital
--   is_excluded_state: of a state whose hospitals anchor no episode
--   is_excluded: a single facility that anchors no episode
--   is_long_term: long-term care hospital
--   is_rehabilitation: rehabilitation hospital or unit
--
-- institutional_claim     facility_range              episode_facility
-- | facility_ccn |        | kind  | first | last |    | facility_ccn | is_acute |
-- | 010001       |        | ACUTE | 0001  | 0886 |    | 010001       | true     |
with facility as (
  select distinct c.facility_ccn
  from institutional_claim c
  join episode_claim_type t
    on t.claim_type_code = c.claim_type_code
    and t.setting in ('INPATIENT', 'OUTPATIENT')
  where c.facility_ccn is not null
),
found as (
  select
    f.facility_ccn,
    r.kind
  from facility f
  left join facility_range r
    on substring(f.facility_ccn, r.first_position, r.positions) >= r.lowest
    and substring(f.facility_ccn, r.first_position, r.positions) <= r.highest
    and (not r.only_digits or upper(f.facility_ccn) = lower(f.facility_ccn))
)
select
  facility_ccn,
  max(case when kind = 'ACUTE' then 1 else 0 end) = 1 as is_acute,
  max(case when kind = 'CRITICAL_ACCESS' then 1 else 0 end) = 1 as is_critical_access,
  max(case when kind = 'CANCER' then 1 else 0 end) = 1 as is_cancer,
  max(case when kind = 'EMERGENCY' then 1 else 0 end) = 1 as is_emergency,
  max(case when kind = 'VETERANS' then 1 else 0 end) = 1 as is_veterans,
  max(case when kind = 'EXCLUDED_STATE' then 1 else 0 end) = 1 as is_excluded_state,
  max(case when kind = 'EXCLUDED_FACILITY' then 1 else 0 end) = 1 as is_excluded,
  max(case when kind = 'LONG_TERM' then 1 else 0 end) = 1 as is_long_term,
  max(case when kind = 'REHABILITATION' then 1 else 0 end) = 1 as is_rehabilitation
from found
group by facility_ccn
