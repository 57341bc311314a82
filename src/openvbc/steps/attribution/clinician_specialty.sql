-- purpose: the specialty of clinicians named on facility claims, or designated, that need one
-- grain: one row a clinician
-- scope: population
-- inputs: institutional_claim, professional_line, given_specialty, primary_care_facility,
--   electing_teaching_hospital, voluntary_alignment, assignment_rule
-- cite: SLAAM appendix D table 13 (method II and teaching hospital claims); 42 CFR 425.402(e)(2)(i)
-- columns:
--   npi: national provider identifier of the clinician
--   specialty_code: CMS specialty code
--
-- Facility claims name a clinician but no specialty, and so do designations, whose specialty
-- matters in 2018. One given as an input comes first; else the
-- specialty most of the clinician's professional lines bear, where equal the lower code.
--
-- professional_line                    clinician_specialty
-- | rendering_npi | specialty_code |  | npi        | specialty_code |
-- | 1000000001    | 08             |  | 1000000001 | 08             |
-- | 1000000001    | 08             |
-- | 1000000001    | 11             |
with facility_clinician as (
  select c.attending_npi, c.operating_npi, c.other_npi
  from institutional_claim c
  join primary_care_facility f on f.bill_type_prefix = substring(c.bill_type_code, 1, 2)
  left join electing_teaching_hospital h on h.ccn = c.facility_ccn
  where f.role_from = 'SPECIALTY'
    and (f.provider_kind <> 'ETA' or h.ccn is not null)
),
named as (
  select attending_npi as npi from facility_clinician
  union
  select operating_npi as npi from facility_clinician
  union
  select other_npi as npi from facility_clinician
  union
  select v.npi
  from voluntary_alignment v
  join assignment_rule r on r.voluntary_alignment = 'SERVICE'
),
wanted as (
  select n.npi
  from named n
  where n.npi is not null
    and not exists (select 1 from given_specialty g where g.npi = n.npi)
),
counted as (
  select w.npi, l.specialty_code, count(*) as lines
  from wanted w
  join professional_line l on l.rendering_npi = w.npi
  where l.specialty_code is not null
  group by w.npi, l.specialty_code
),
ranked as (
  select
    npi,
    specialty_code,
    row_number() over (
      partition by npi
      order by lines desc nulls last, specialty_code nulls last
    ) as place
  from counted
)
select npi, specialty_code
from given_specialty
union all
select npi, specialty_code
from ranked
where place = 1
