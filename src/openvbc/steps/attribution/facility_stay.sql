-- purpose: days a person spent in a skilled nursing facility or as an inpatient
-- grain: one row a claim
-- scope: person
-- inputs: institutional_claim, withdrawn_claim, stay_type
-- cite: 42 CFR 425.400(c)(1)
--
-- institutional_claim                      facility_stay
-- | claim_type_code | claim_start_date |  | setting         | start_date | end_date   |
-- | 20              | 2024-03-01       |  | SKILLED_NURSING | 2024-03-01 | 2024-03-20 |
select distinct
  c.person_id,
  t.setting,
  c.claim_start_date as start_date,
  c.claim_end_date as end_date,
  coalesce(c.load_date, c.claim_end_date) as known_on,
  w.withdrawn_on
from institutional_claim c
join stay_type t on t.claim_type_code = c.claim_type_code
left join withdrawn_claim w
  on w.person_id = c.person_id
  and w.claim_id = c.claim_id
  and w.claim_kind = 'institutional'
where c.sign = 1
  and not c.is_denied
