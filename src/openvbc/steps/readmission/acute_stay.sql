-- purpose: stays in acute hospitals
-- grain: one row a final inpatient claim of an acute hospital
-- scope: person
-- inputs: institutional_claim, withdrawn_claim, acute_claim_type, acute_facility
-- cite: CMS readmission measure methodology, index admissions (acute care hospitals)
--
-- institutional_claim                                acute_stay
-- | claim_id | claim_type_code | facility_ccn |  | stay_id | admission_date | discharge_date |
-- | 7        | 60              | 010001       |  | 7       | 2024-03-01     | 2024-03-05     |
-- | 8        | 60              | 013025       |     (a rehabilitation hospital is not acute)
select
  c.person_id,
  c.claim_id as stay_id,
  c.facility_ccn,
  c.claim_start_date as admission_date,
  c.claim_end_date as discharge_date,
  c.discharge_disposition_code,
  c.primary_diagnosis_code,
  c.drg_code
from institutional_claim c
join acute_claim_type t on t.claim_type_code = c.claim_type_code
join acute_facility f
  on substring(c.facility_ccn, f.first_digit, f.digits) >= f.lowest
  and substring(c.facility_ccn, f.first_digit, f.digits) <= f.highest
where c.sign = 1
  and not c.is_denied
  and not exists (
    select 1
    from withdrawn_claim w
    where w.person_id = c.person_id
      and w.claim_id = c.claim_id
      and w.claim_kind = 'institutional'
  )
