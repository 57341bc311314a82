-- purpose: days a person spent in a skilled nursing facility or as an inpatient
-- grain: one row a bill; bills of one stay need no joining here, their days touch
-- scope: person
-- inputs: facility_bill
-- cite: 42 CFR 425.400(c)(1)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   setting: INPATIENT or SKILLED_NURSING
--   start_date: first day of the bill
--   end_date: last day
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--
-- facility_bill                                     facility_stay
-- | setting         | start_date | end_date   |    | setting         | start_date | end_date   |
-- | SKILLED_NURSING | 2024-03-01 | 2024-03-20 |    | SKILLED_NURSING | 2024-03-01 | 2024-03-20 |
select distinct
  person_id,
  setting,
  start_date,
  end_date,
  known_on,
  withdrawn_on
from facility_bill
