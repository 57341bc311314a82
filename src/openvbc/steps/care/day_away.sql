-- purpose: days of the year that a person did not spend at home
-- grain: one row a person and day in a hospital, a skilled nursing facility, observation or an
--   emergency department; the day of discharge is spent at home
-- scope: person
-- inputs: discharge, emergency_visit, calendar_day, care_date
-- cite: days at home as in ACO REACH (days alive outside of acute and post-acute institutions)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   away_on: the day
--
-- discharge                     day_away
-- | admission | discharge |    | away_on |
-- | 03-01     | 03-03     |    | 03-01   |
-- |           |           |    | 03-02   |
select distinct
  x.person_id,
  c.calendar_date as away_on
from discharge x
join calendar_day c
  on c.calendar_date >= x.admission_date
  and (
    not x.is_discharged
    or c.calendar_date < x.discharge_date
    or (c.calendar_date = x.admission_date and x.admission_date = x.discharge_date)
  )
union
select
  v.person_id,
  v.visit_date as away_on
from emergency_visit v
join care_date d
  on d.as_of = v.as_of
  and d.is_today
join calendar_day c on c.calendar_date = v.visit_date
