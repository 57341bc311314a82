-- purpose: the bills of stays in hospitals and skilled nursing facilities, whenever they were known
-- grain: one row a bill (claim record) that is neither a cancellation nor denied
-- scope: person
-- inputs: institutional_claim, withdrawn_claim, stay_type
-- cite: CCLF information packet 3.5 (denied claims), 5.1-5.3 (cancellations)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   setting: INPATIENT or SKILLED_NURSING
--   claim_type_code: NCH claim type code
--   facility_ccn: CMS certification number of the facility
--   facility: the facility: its certification number, else its NPI
--   start_date: first day
--   end_date: last day
--   discharge_disposition_code: discharge status code
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_code: MS-DRG of the bill
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--
-- A bill counts from the day it is known until a cancellation of it is known.
--
-- institutional_claim                      facility_bill
-- | claim_type_code | claim_start_date |  | setting         | start_date | end_date   |
-- | 20              | 2024-03-01       |  | SKILLED_NURSING | 2024-03-01 | 2024-03-20 |
select
  c.person_id,
  c.claim_id,
  t.setting,
  c.claim_type_code,
  c.facility_ccn,
  coalesce(c.facility_ccn, c.facility_npi, '') as facility,
  c.claim_start_date as start_date,
  c.claim_end_date as end_date,
  c.discharge_disposition_code,
  c.primary_diagnosis_code,
  c.drg_code,
  c.paid_amount,
  coalesce(c.load_date, c.claim_end_date) as known_on,
  min(w.withdrawn_on) as withdrawn_on
from institutional_claim c
join stay_type t on t.claim_type_code = c.claim_type_code
left join withdrawn_claim w
  on w.person_id = c.person_id
  and w.claim_id = c.claim_id
  and w.claim_kind = 'institutional'
where c.sign = 1
  and not c.is_denied
group by
  c.person_id, c.claim_id, t.setting, c.claim_type_code, c.facility_ccn, c.facility_npi,
  c.claim_start_date, c.claim_end_date, c.discharge_disposition_code,
  c.primary_diagnosis_code, c.drg_code, c.paid_amount, c.load_date
