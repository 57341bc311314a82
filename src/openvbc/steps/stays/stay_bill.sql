-- purpose: the bills that stand as of a date, each with the stay it belongs to and the days it adds
-- grain: one row an as-of date and bill
-- scope: person
-- inputs: facility_bill, stay_date, stay_rule
-- cite: SSA Program Operations Manual HI 00601.270 (the day of discharge is not counted, unless it
--   is the day of admission)
-- columns:
--   known_by: only what was known by this date is looked at
--   person_id: the person, by the identifier the claim store gives
--   setting: INPATIENT or SKILLED_NURSING
--   place: the hospital; empty for nursing bills, which join across facilities
--   stay_number: number of the stay within person, setting and place
--   position: place of the bill in its stay, from 1
--   is_last: whether it is the last bill of its stay
--   claim_id: the claim record
--   claim_type_code: NCH claim type code
--   facility_ccn: CMS certification number of the facility
--   start_date: first day
--   end_date: last day
--   goes_on: whether the bill says the patient is still there
--   discharge_disposition_code: discharge status code
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_code: MS-DRG of the bill
--   paid_amount: what was paid, before anything comes off (USD, signed)
--   days: days the bill adds to its stay
--
-- A bill of a patient who stays goes on in the next bill of the same hospital that begins by the
-- day after. Nursing bills without a free day between them are one stay. The through date of a bill
-- whose stay goes on is a day of the stay; a stay that ends on the day it began has one day.
--
-- facility_bill                                  stay_bill
-- | claim_id | start | end   | disposition |    | claim_id | stay_number | position | days |
-- | n1       | 03-01 | 03-31 | 30          |    | n1       |           1 |        1 |   31 |
-- | n2       | 04-01 | 04-30 | 30          |    | n2       |           1 |        2 |   30 |
-- | n3       | 05-01 | 05-10 | 01          |    | n3       |           1 |        3 |    9 |
with standing as (
  select
    d.known_by,
    b.*,
    coalesce(b.discharge_disposition_code = r.still_a_patient_code, false) as goes_on,
    case when b.setting = 'INPATIENT' then b.facility else '' end as place
  from facility_bill b
  join stay_date d on b.known_on <= d.known_by
  cross join stay_rule r
  where b.withdrawn_on is null
    or b.withdrawn_on > d.known_by
),
ordered as (
  select
    *,
    lag(goes_on) over (
      partition by known_by, person_id, setting, place
      order by start_date nulls last, end_date nulls last, claim_id nulls last
    ) as went_on,
    max(end_date) over (
      partition by known_by, person_id, setting, place
      order by start_date nulls last, end_date nulls last, claim_id nulls last
      rows between unbounded preceding and 1 preceding
    ) as earlier_end
  from standing
),
begun as (
  select
    *,
    case
      when earlier_end is null or start_date > date_add(earlier_end, 1) then 1
      when setting = 'INPATIENT' and not went_on then 1
      else 0
    end as begins
  from ordered
),
numbered as (
  select
    *,
    cast(sum(begins) over (
      partition by known_by, person_id, setting, place
      order by start_date nulls last, end_date nulls last, claim_id nulls last
      rows between unbounded preceding and current row
    ) as bigint) as stay_number
  from begun
),
placed as (
  select
    *,
    cast(row_number() over (
      partition by known_by, person_id, setting, place, stay_number
      order by start_date nulls last, end_date nulls last, claim_id nulls last
    ) as bigint) as position,
    lead(start_date) over (
      partition by known_by, person_id, setting, place, stay_number
      order by start_date nulls last, end_date nulls last, claim_id nulls last
    ) as next_start,
    min(start_date) over (
      partition by known_by, person_id, setting, place, stay_number
    ) as first_start
  from numbered
),
counted as (
  select
    *,
    datediff(end_date, start_date) + case when goes_on then 1 else 0 end as own_days
  from placed
)
select
  known_by,
  person_id,
  setting,
  place,
  stay_number,
  position,
  next_start is null as is_last,
  claim_id,
  claim_type_code,
  facility_ccn,
  start_date,
  end_date,
  goes_on,
  discharge_disposition_code,
  primary_diagnosis_code,
  drg_code,
  paid_amount,
  cast(greatest(0, case
    when next_start is not null then least(own_days, datediff(next_start, start_date))
    when own_days = 0 and first_start = end_date then 1
    else own_days
  end) as bigint) as days
from counted
