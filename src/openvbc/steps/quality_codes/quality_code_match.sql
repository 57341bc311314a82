-- purpose: what was reported by quality-data codes at an eligible visit
-- grain: one row a measure, person, clinician, day and option all of whose codes are there
-- scope: person
-- inputs: quality_code_visit, professional_line, withdrawn_claim, code_option, code_modifier
-- cite: CMSgov/qpp-measures-data, performance options; codes of the visit's day and clinician
-- columns:
--   measure: QPP number
--   person_id: the person, by the identifier the claim store gives
--   rendering_npi: clinician of the visit; empty where the claim names none
--   visit_date: day of service
--   option_number: which performance option
--   status: exclusion, exception, met or not met
--
-- professional_line (236)                quality_code_match
-- | hcpcs_code | day        |            | visit_date | status |
-- | G8752      | 2025-03-01 |            | 2025-03-01 | met    |
-- | G8754      | 2025-03-01 |               (both codes of the option are there)
with reported as (
  select distinct
    l.person_id, coalesce(l.rendering_npi, '') as rendering_npi,
    l.claim_line_start_date as visit_date, l.hcpcs_code,
    coalesce(l.hcpcs_modifier_1, '') as modifier
  from professional_line l
  left join withdrawn_claim w
    on w.person_id = l.person_id
    and w.claim_id = l.claim_id
    and w.claim_kind = 'professional'
  where l.sign = 1
    and w.claim_id is null
)
select
  v.measure, v.person_id, v.rendering_npi, v.visit_date, o.option_number, o.status
from quality_code_visit v
join code_option o on o.measure = v.measure
join reported r
  on r.person_id = v.person_id
  and r.rendering_npi = v.rendering_npi
  and r.visit_date = v.visit_date
  and r.hcpcs_code = o.hcpcs_code
  and (r.modifier = o.modifier
    or (o.modifier = '' and not exists (
      select 1 from code_modifier x where x.modifier = r.modifier)))
group by
  v.measure, v.person_id, v.rendering_npi, v.visit_date, o.option_number, o.status, o.codes
having count(distinct o.hcpcs_code) = o.codes
