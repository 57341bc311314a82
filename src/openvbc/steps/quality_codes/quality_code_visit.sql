-- purpose: visits that make a person eligible for a measure reported by quality-data codes
-- grain: one row a measure, person, clinician and day with an eligible visit
-- scope: person
-- inputs: professional_line, withdrawn_claim, person, diagnosis, code_measure, code_visit,
--   code_diagnosis
-- cite: CMSgov/qpp-measures-data, eligibility options: age on the day, sex, procedures, diagnoses
-- columns:
--   measure: QPP number
--   person_id: the person, by the identifier the claim store gives
--   rendering_npi: clinician of the visit; empty where the claim names none
--   visit_date: day of service
--
-- professional_line                                  quality_code_visit (236: I10, 18 to 85)
-- | claim_id | hcpcs_code | day        | diagnosis |  | measure | visit_date |
-- | p1       | 99213      | 2025-03-01 | I10       |  | 236     | 2025-03-01 |
-- | p2       | 99213      | 2025-04-01 | E119      |     (no hypertension on the claim)
with visit as (
  select
    m.measure, l.person_id, l.claim_id, coalesce(l.rendering_npi, '') as rendering_npi,
    l.claim_line_start_date as visit_date, m.needs_diagnosis
  from professional_line l
  join code_visit v on v.hcpcs_code = l.hcpcs_code
  join code_measure m
    on m.measure = v.measure
    and l.claim_line_start_date between m.first_day and m.last_day
  join person p on p.person_id = l.person_id
  left join withdrawn_claim w
    on w.person_id = l.person_id
    and w.claim_id = l.claim_id
    and w.claim_kind = 'professional'
  where l.sign = 1
    and not l.is_denied
    and w.claim_id is null
    and (m.sex is null or m.sex = p.sex)
    and (v.without_place is null or l.place_of_service_code is null
      or v.without_place not like '%|' || l.place_of_service_code || '|%')
    and add_months(p.birth_date, m.youngest_months) <= l.claim_line_start_date
    and add_months(p.birth_date, m.too_old_months) > l.claim_line_start_date
),
coded as (
  select distinct d.person_id, d.claim_id, k.measure, k.is_excluded
  from diagnosis d
  join code_diagnosis k on k.diagnosis_code = d.diagnosis_code
  where d.claim_kind = 'professional'
)
select distinct v.measure, v.person_id, v.rendering_npi, v.visit_date
from visit v
left join coded c
  on c.person_id = v.person_id
  and c.claim_id = v.claim_id
  and c.measure = v.measure
  and not c.is_excluded
left join coded x
  on x.person_id = v.person_id
  and x.claim_id = v.claim_id
  and x.measure = v.measure
  and x.is_excluded
where (c.person_id is not null or not v.needs_diagnosis)
  and x.person_id is null
