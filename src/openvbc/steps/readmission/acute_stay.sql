-- purpose: stays in acute hospitals
-- grain: one row a stay of an acute hospital, whatever number of bills it came in
-- scope: person
-- inputs: stay, readmission_rule, acute_claim_type, acute_facility
-- cite: CMS readmission measure methodology, index admissions (acute care hospitals)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   facility_ccn: CMS certification number of the facility
--   admission_date: day of admission
--   discharge_date: day of discharge
--   discharge_disposition_code: discharge status code of the last bill
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_code: MS-DRG of the last bill
--
-- stay                                          acute_stay
-- | stay_id | claim_type_code | facility_ccn |  | stay_id | admission_date | discharge_date |
-- | 7       | 60              | 010001       |  | 7       | 2024-03-01     | 2024-03-05     |
-- | 8       | 60              | 013025       |     (a rehabilitation hospital is not acute)
select
  s.person_id,
  s.stay_id,
  s.facility_ccn,
  s.admission_date,
  s.discharge_date,
  s.discharge_disposition_code,
  s.primary_diagnosis_code,
  s.drg_code
from stay s
join readmission_rule r on r.stays_known_by = s.known_by
join acute_claim_type t on t.claim_type_code = s.claim_type_code
join acute_facility f
  on substring(s.facility_ccn, f.first_digit, f.digits) >= f.lowest
  and substring(s.facility_ccn, f.first_digit, f.digits) <= f.highest
