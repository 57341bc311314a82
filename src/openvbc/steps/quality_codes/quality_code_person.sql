-- purpose: each eligible person's result in a measure reported by quality-data codes
-- grain: one row a measure and eligible person
-- scope: person
-- inputs: quality_code_visit, quality_code_match, code_measure, code_status
-- cite: CMSgov/qpp-claims-to-quality-public (CC0): most recent, or best, code of a patient
-- columns:
--   measure: QPP number
--   person_id: the person, by the identifier the claim store gives
--   visits: days with an eligible visit and clinician
--   last_visit: the last of these days
--   status: exclusion, exception, met, not met, or nothing reported
--   decided_on: day of the code that decides; null where nothing is reported
--
-- quality_code_match (236, latest decides)   quality_code_person
-- | visit_date | status  |                  | status  | decided_on |
-- | 2025-03-01 | met     |                  | not met | 2025-09-01 |
-- | 2025-09-01 | not met |
with ranked as (
  select
    k.measure, k.person_id, k.status, k.visit_date,
    row_number() over (
      partition by k.measure, k.person_id
      order by
        s.rank_over_days nulls last,
        case when m.is_latest then k.visit_date end desc nulls last,
        s.rank_of_day nulls last,
        k.visit_date desc nulls last,
        k.option_number nulls last
    ) as place
  from quality_code_match k
  join code_measure m on m.measure = k.measure
  join code_status s on s.result = k.status
),
visited as (
  select measure, person_id, count(*) as visits, max(visit_date) as last_visit
  from quality_code_visit
  group by measure, person_id
)
select
  v.measure, v.person_id, v.visits, v.last_visit,
  coalesce(r.status, 'nothing reported') as status,
  r.visit_date as decided_on
from visited v
left join ranked r
  on r.measure = v.measure
  and r.person_id = v.person_id
  and r.place = 1
