-- purpose: stays in hospitals and skilled nursing facilities, whole, as known by a date
-- grain: one row an as-of date and stay; stay_id is the claim of its last bill
-- scope: person
-- inputs: stay_bill
-- cite: as in stay_bill
-- columns:
--   known_by: only what was known by this date is looked at
--   person_id: the person, by the identifier the claim store gives
--   setting: INPATIENT or SKILLED_NURSING
--   stay_id: the claim of the last bill of the stay
--   claim_type_code: NCH claim type code
--   facility_ccn: CMS certification number of the facility
--   admission_date: day of admission
--   discharge_date: day of discharge
--   is_discharged: whether the stay has ended
--   discharge_disposition_code: discharge status code of the last bill
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_code: MS-DRG of the last bill
--   bills: bills of the stay
--   days: days of the stays
--   paid_amount: what was paid for all its bills (USD)
--
-- Discharge, diagnosis and DRG are those of the last bill. A stay whose last bill says that the
-- patient is still there has not ended yet (is_discharged is false).
--
-- stay_bill                                stay
-- | claim_id | days | paid_amount |      | stay_id | admission_date | discharge_date | days |
-- | n1       |   31 |     9000.00 |      | n3      | 03-01          | 05-10          |   70 |
-- | n2       |   30 |     9000.00 |
-- | n3       |    9 |     3000.00 |
with whole as (
  select
    known_by,
    person_id,
    setting,
    place,
    stay_number,
    min(start_date) as admission_date,
    max(end_date) as last_day,
    count(*) as bills,
    cast(sum(days) as bigint) as days,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount
  from stay_bill
  group by known_by, person_id, setting, place, stay_number
)
select
  w.known_by,
  w.person_id,
  w.setting,
  b.claim_id as stay_id,
  b.claim_type_code,
  b.facility_ccn,
  w.admission_date,
  w.last_day as discharge_date,
  not b.goes_on as is_discharged,
  b.discharge_disposition_code,
  b.primary_diagnosis_code,
  b.drg_code,
  w.bills,
  w.days,
  w.paid_amount
from whole w
join stay_bill b
  on b.known_by = w.known_by
  and b.person_id = w.person_id
  and b.setting = w.setting
  and b.place = w.place
  and b.stay_number = w.stay_number
  and b.is_last
