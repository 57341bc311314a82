-- purpose: stays joined by transfer: the last hospital of a chain answers for the discharge
-- grain: one row a stay
-- scope: person
-- inputs: acute_stay, readmission_rule
-- cite: CMS readmission measure methodology, transfers between acute hospitals
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   facility_ccn: CMS certification number of the facility
--   admission_date: day of admission
--   discharge_date: day of discharge
--   discharge_disposition_code: discharge status code of the last bill
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_code: MS-DRG of the last bill
--   chain_number: number of the person's chain of stays joined by transfer
--   is_first: whether it is the first of its chain
--   is_last: whether it is the last stay of its chain
--
-- A stay continues the one before if it began in another hospital within the days of a transfer,
-- or in the same hospital on the day of discharge for the same principal diagnosis.
--
-- acute_stay                                        stay_chain
-- | stay_id | facility | admission | discharge |  | stay_id | chain_number | is_last |
-- | 1       | A        | 03-01     | 03-03     |  | 1       | 1            | false   |
-- | 2       | B        | 03-03     | 03-09     |  | 2       | 1            | true    |
-- | 3       | A        | 03-20     | 03-22     |  | 3       | 2            | true    |
with ordered as (
  select
    s.*,
    lag(facility_ccn) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as facility_before,
    lag(discharge_date) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as discharge_before,
    lag(primary_diagnosis_code) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as diagnosis_before
  from acute_stay s
),
begun as (
  select
    o.*,
    case
      when o.discharge_before is null then 1
      when o.facility_before <> o.facility_ccn
        and datediff(o.admission_date, o.discharge_before) <= r.transfer_days then 0
      when o.facility_before = o.facility_ccn
        and o.admission_date <= o.discharge_before
        and o.primary_diagnosis_code = o.diagnosis_before then 0
      else 1
    end as begins
  from ordered o
  cross join readmission_rule r
),
numbered as (
  select
    *,
    cast(sum(begins) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
      rows between unbounded preceding and current row
    ) as bigint) as chain_number
  from begun
),
ranked as (
  select
    *,
    row_number() over (
      partition by person_id, chain_number
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as position,
    row_number() over (
      partition by person_id, chain_number
      order by admission_date desc nulls last, discharge_date desc nulls last,
        stay_id desc nulls last
    ) as position_from_end
  from numbered
)
select
  person_id,
  stay_id,
  facility_ccn,
  admission_date,
  discharge_date,
  discharge_disposition_code,
  primary_diagnosis_code,
  drg_code,
  chain_number,
  position = 1 as is_first,
  position_from_end = 1 as is_last
from ranked
