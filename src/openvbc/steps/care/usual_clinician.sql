-- purpose: the practice and clinician a person sees most
-- grain: one row an as-of date and person with an office visit
-- scope: person
-- inputs: professional_line, service_code, care_date, care_rule
-- cite: none; a user's list of owners goes before it
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   rendering_tin: taxpayer number of the practice
--   rendering_npi: the clinician of it
--   visits: days with an office visit to the clinician
--
-- professional_line           usual_clinician
-- | hcpcs_code | npi |        | rendering_npi | visits |
-- | 99213      | N1  |        | N1            | 1      |
with visit as (
  select
    l.person_id,
    l.rendering_tin,
    l.rendering_npi,
    l.claim_line_start_date as visit_date,
    min(coalesce(l.load_date, l.claim_end_date)) as known_on
  from professional_line l
  join service_code s
    on s.service = 'OFFICE_VISIT'
    and s.code = l.hcpcs_code
  where l.sign = 1
    and not l.is_denied
  group by l.person_id, l.rendering_tin, l.rendering_npi, l.claim_line_start_date
),
visited as (
  select
    d.as_of,
    v.person_id,
    v.rendering_tin,
    v.rendering_npi,
    count(*) as visits,
    max(v.visit_date) as last_visit
  from visit v
  cross join care_rule r
  join care_date d
    on v.visit_date <= d.as_of
    and v.known_on <= d.as_of
    and v.visit_date > add_months(d.as_of, 0 - r.clinician_months)
  group by d.as_of, v.person_id, v.rendering_tin, v.rendering_npi
),
placed as (
  select
    *,
    row_number() over (
      partition by as_of, person_id
      order by visits desc nulls last, last_visit desc nulls last, rendering_tin nulls last,
        rendering_npi nulls last
    ) as place
  from visited
)
select
  as_of,
  person_id,
  rendering_tin,
  rendering_npi,
  visits
from placed
where place = 1
