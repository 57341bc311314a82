-- purpose: live discharges of assigned people from hospitals, with what followed
-- grain: one row a period and discharge of the year that is no transfer
-- scope: person
-- inputs: stay, population, period, hospital_type, discharge_end, expenditure_rule,
--   after_discharge_rule
-- cite: 42 CFR 409.30(b) (nursing care within 30 days), 412.152 (readmission)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   stay_id: the claim of the last bill of the hospital stay
--   facility_ccn: CMS certification number of the hospital
--   drg_code: MS-DRG of the stay
--   discharge_date: day of discharge
--   paid_amount: what was paid for the stay (USD)
--   nursing_ccn: CMS certification number of the nursing facility that followed; null without one
--   nursing_days: days in it
--   nursing_amount: what was paid for it (USD)
--   is_readmitted: whether another hospital stay began within the days of a readmission
--   readmission_amount: what was paid for that stay (USD)
--
-- Short-term and critical access hospitals only. A stay that another follows within the days of a
-- transfer is no discharge; readmissions are of all causes, planned ones too.
--
-- stay                                       hospital_discharge
-- | setting   | admission | discharge |    | discharge | nursing_days | is_readmitted |
-- | INPATIENT | 03-01     | 03-05     |    | 03-05     |           20 | true          |
-- | SKILLED   | 03-05     | 03-25     |
-- | INPATIENT | 03-30     | 04-02     |
with acute as (
  select
    s.known_by,
    s.person_id,
    s.stay_id,
    s.facility_ccn,
    s.drg_code,
    s.admission_date,
    s.discharge_date,
    s.is_discharged,
    s.discharge_disposition_code,
    s.paid_amount
  from stay s
  cross join expenditure_rule x
  join hospital_type h on h.ccn_characters_3_4 = substring(s.facility_ccn, x.ccn_type_position, 2)
  where s.setting = 'INPATIENT'
    and h.service_category = 'INPATIENT_SHORT_TERM'
),
followed as (
  select
    *,
    lead(admission_date) over (
      partition by known_by, person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as next_admission,
    lead(paid_amount) over (
      partition by known_by, person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as next_amount
  from acute
),
discharge as (
  select
    q.period,
    f.known_by,
    f.person_id,
    f.stay_id,
    f.facility_ccn,
    f.drg_code,
    f.discharge_date,
    f.paid_amount,
    f.next_admission,
    f.next_amount,
    r.readmission_days,
    r.nursing_days
  from followed f
  join period p
    on p.known_by = f.known_by
    and p.calendar_year = year(f.discharge_date)
  join population q
    on q.person_id = f.person_id
    and q.period = p.period
    and q.population = 'ASSIGNED'
  cross join after_discharge_rule r
  left join discharge_end d
    on d.discharge_disposition_code = f.discharge_disposition_code
    and d.meaning = 'DIED'
  where f.is_discharged
    and d.discharge_disposition_code is null
    and (f.next_admission is null
      or f.next_admission > date_add(f.discharge_date, r.transfer_days))
),
nursing as (
  select
    d.period,
    d.person_id,
    d.stay_id,
    s.facility_ccn,
    s.days,
    s.paid_amount,
    row_number() over (
      partition by d.period, d.person_id, d.stay_id
      order by s.admission_date nulls last, s.stay_id nulls last
    ) as place
  from discharge d
  join stay s
    on s.known_by = d.known_by
    and s.person_id = d.person_id
    and s.setting = 'SKILLED_NURSING'
    and s.admission_date >= d.discharge_date
    and s.admission_date <= date_add(d.discharge_date, d.nursing_days)
    and (d.next_admission is null or s.admission_date <= d.next_admission)
)
select
  d.person_id,
  d.period,
  d.stay_id,
  d.facility_ccn,
  d.drg_code,
  d.discharge_date,
  d.paid_amount,
  n.facility_ccn as nursing_ccn,
  cast(coalesce(n.days, 0) as bigint) as nursing_days,
  cast(coalesce(n.paid_amount, 0) as decimal(18, 2)) as nursing_amount,
  coalesce(d.next_admission <= date_add(d.discharge_date, d.readmission_days), false)
    as is_readmitted,
  cast(case
    when d.next_admission <= date_add(d.discharge_date, d.readmission_days) then d.next_amount
    else 0
  end as decimal(18, 2)) as readmission_amount
from discharge d
left join nursing n
  on n.period = d.period
  and n.person_id = d.person_id
  and n.stay_id = d.stay_id
  and n.place = 1
