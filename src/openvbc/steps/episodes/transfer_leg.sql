-- purpose: acute stays with the transfer chain each belongs to
-- grain: one row a stay in an acute hospital; a stay without transfer is a chain of one leg
-- scope: person
-- inputs: inpatient_stay
-- cite: CMS shadow bundles program c3 (transfers)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   chain_id: the stay of the first leg
--   leg: number of the leg, from 1
--   is_last: whether it is the last leg
--   stay_id: the claim of the last bill of the stay
--
-- A stay goes on in another hospital that admits on the day of discharge.
--
-- inpatient_stay                                    transfer_leg
-- | stay_id | facility | admission | discharge |   | chain_id | leg | stay_id |
-- | 1       | A        | 03-01     | 03-03     |   | 1        | 1   | 1       |
-- | 2       | B        | 03-03     | 03-09     |   | 1        | 2   | 2       |
with ordered as (
  select
    person_id,
    stay_id,
    facility_ccn,
    admission_date,
    discharge_date,
    lag(facility_ccn) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as facility_before,
    lag(discharge_date) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as discharge_before
  from inpatient_stay
  where is_acute_type
),
numbered as (
  select
    *,
    cast(sum(case
      when facility_before <> facility_ccn and discharge_before = admission_date then 0
      else 1 end) over (
      partition by person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
      rows between unbounded preceding and current row
    ) as bigint) as chain_number
  from ordered
),
placed as (
  select
    *,
    cast(row_number() over (
      partition by person_id, chain_number
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as bigint) as leg,
    first_value(stay_id) over (
      partition by person_id, chain_number
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as chain_id,
    lead(stay_id) over (
      partition by person_id, chain_number
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as stay_after
  from numbered
)
select
  person_id,
  chain_id,
  leg,
  stay_after is null as is_last,
  stay_id
from placed
