-- purpose: visits for a cancer: evaluation and management with an included cancer on the line
-- grain: one row a person, taxpayer number, day, cancer and day from which it counts
-- scope: person
-- inputs: professional_line, withdrawn_claim, episode_model, episode_claim_type, cancer_diagnosis,
--   evaluation_visit, practice_member
-- cite: CMS OCM performance-based payment methodology, transcribed (visits, cancer type)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: taxpayer number billed under
--   practice: the practice or pool it belongs to; the number itself where none was given
--   is_oncology: whether it is one of an oncology practice, as given
--   visit_day: day of the visit
--   cancer_type: the cancer
--   is_reconciled: whether episodes of the cancer are reconciled
--   counted_from: first day of episodes for which the diagnosis counts
--   claim_id: the highest claim record of the visit
--
-- professional_line                    cancer_visit
-- | 5 | 99214 | C3411 | 111111111 |    | 111111111 | 2024-02-01 | lung |
select
  l.person_id,
  l.rendering_tin as tin,
  coalesce(p.practice, l.rendering_tin) as practice,
  coalesce(p.is_oncology, false) as is_oncology,
  l.claim_line_start_date as visit_day,
  d.cancer_type,
  d.is_reconciled,
  d.counted_from,
  max(l.claim_id) as claim_id
from professional_line l
join evaluation_visit e on e.hcpcs_code = l.hcpcs_code
join episode_claim_type t
  on t.claim_type_code = l.claim_type_code
  and t.setting = 'PROFESSIONAL'
join cancer_diagnosis d on d.diagnosis_code = l.diagnosis_code_1
cross join episode_model m
left join practice_member p on p.tin = l.rendering_tin
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_id = l.claim_id
  and w.claim_kind = 'professional'
  and w.withdrawn_on <= m.known_by
where l.sign = 1
  and not l.is_denied
  and w.claim_id is null
  and coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) <= m.known_by
  and l.rendering_tin is not null
group by
  l.person_id, l.rendering_tin, coalesce(p.practice, l.rendering_tin),
  coalesce(p.is_oncology, false), l.claim_line_start_date, d.cancer_type, d.is_reconciled,
  d.counted_from
