-- purpose: discharges from hospital and skilled nursing, with the days of transitional care
-- grain: one row a stay that has ended
-- scope: person
-- inputs: stay, discharge_home, contact_day, billing_setting, person
-- cite: rules/care_billing/settings.yaml (days), discharge_home.csv (where the person went)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the stay, the claim of its last bill
--   discharge_date: day of discharge
--   discharge_disposition_code: discharge status code
--   is_home: whether the person went home or to what counts as home
--   contact_due: last day of the first contact, the second business day after discharge
--   visit_due_7: last day of the visit of the higher code
--   visit_due_14: last day of the visit of the lower code
--   period_end: last day of the 30 days that begin with the discharge
--   next_admission: first day of the next stay, null if there is none
--   death_date: date of death, null if alive
--
-- stay                            care_discharge
-- | stay_id | discharge_date |  | contact_due | visit_due_7 | period_end |
-- | s1      | 2025-03-07     |  | 2025-03-11  | 2025-03-14  | 2025-04-05 |
with stays as (
  select
    s.person_id,
    s.stay_id,
    s.admission_date,
    s.discharge_date,
    s.discharge_disposition_code,
    lead(s.admission_date) over (
      partition by s.person_id
      order by s.admission_date nulls last, s.discharge_date nulls last, s.stay_id nulls last
    ) as next_admission
  from stay s
  where s.is_discharged
)
select
  s.person_id,
  s.stay_id,
  s.discharge_date,
  s.discharge_disposition_code,
  h.discharge_disposition_code is not null as is_home,
  d.contact_due,
  date_add(s.discharge_date, b.short_visit_days) as visit_due_7,
  date_add(s.discharge_date, b.long_visit_days) as visit_due_14,
  date_add(s.discharge_date, b.period_days - 1) as period_end,
  s.next_admission,
  p.death_date
from stays s
cross join billing_setting b
left join discharge_home h
  on h.discharge_disposition_code = s.discharge_disposition_code
left join contact_day d on d.discharge_date = s.discharge_date
left join person p on p.person_id = s.person_id
