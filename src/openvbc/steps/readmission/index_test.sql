-- purpose: whether a stay can be an index stay of its measure, and the first test that it fails
-- grain: one row a stay and measure
-- scope: person
-- inputs: measure_stay, stay_chain, person, coverage, discharge_status, calendar_month,
--         readmission_rule
-- cite: CMS readmission measure methodology, inclusion and exclusion criteria
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   measure: readmission measure
--   cohort: cohort of the measure, for the hospital-wide measure the specialty
--   facility_ccn: CMS certification number of the facility
--   chain_number: number of the person's chain of stays joined by transfer
--   chain_admission_date: day of admission to the first stay of the chain
--   discharge_date: day of discharge
--   can_be_index: whether the stay passes every test of an index stay
--   reason: the first test that it fails; null where none does
--
-- Parts A and B without Medicare Advantage in every month from a year before the admission of the
-- chain to 30 days after discharge (or death); of age; alive; not against advice; followed up.
--
-- measure_stay                  index_test
-- | stay_id | measure |  | stay_id | measure | can_be_index | reason   |
-- | 1       | HF      |  | 1       | HF      | true         |          |
-- | 2       | HF      |  | 2       | HF      | false        | DIED     |
with chain as (
  select
    person_id,
    chain_number,
    min(admission_date) as chain_admission_date
  from stay_chain
  group by person_id, chain_number
),
stay as (
  select
    m.person_id,
    m.stay_id,
    m.measure,
    m.cohort,
    s.facility_ccn,
    s.chain_number,
    c.chain_admission_date,
    s.discharge_date,
    s.discharge_disposition_code,
    p.birth_date,
    p.death_date,
    least(
      date_add(s.discharge_date, r.window_days),
      coalesce(p.death_date, date_add(s.discharge_date, r.window_days))
    ) as followed_to
  from measure_stay m
  join stay_chain s
    on s.person_id = m.person_id
    and s.stay_id = m.stay_id
  join chain c
    on c.person_id = s.person_id
    and c.chain_number = s.chain_number
  join person p on p.person_id = m.person_id
  cross join readmission_rule r
),
covered_month as (
  select
    v.person_id,
    v.calendar_year * 12 + k.calendar_month as month_number
  from coverage v
  cross join calendar_month k
  where (v.part_a_mask & v.part_b_mask & k.month_mask) > 0
    and (v.medicare_advantage_mask & k.month_mask) = 0
),
enrolled as (
  select
    s.person_id,
    s.stay_id,
    s.measure,
    count(distinct m.month_number) as months_covered
  from stay s
  cross join readmission_rule r
  join covered_month m
    on m.person_id = s.person_id
    and m.month_number >= year(s.chain_admission_date) * 12 + month(s.chain_admission_date)
      - r.months_before
    and m.month_number <= year(s.followed_to) * 12 + month(s.followed_to)
  group by s.person_id, s.stay_id, s.measure
),
tested as (
  select
    s.*,
    case
      when d.meaning = 'DIED' or s.death_date <= s.discharge_date then 'DIED'
      when d.meaning = 'AGAINST_ADVICE' then 'AGAINST_MEDICAL_ADVICE'
      when d.meaning = 'TRANSFERRED' then 'TRANSFERRED_WITHOUT_A_RECEIVING_STAY'
      when d.meaning = 'STILL_A_PATIENT' then 'STILL_A_PATIENT'
      when s.birth_date is null
        or add_months(s.birth_date, 12 * r.minimum_age) > s.chain_admission_date then 'AGE'
      when date_add(s.discharge_date, r.window_days) > r.known_to then 'NOT_FOLLOWED_UP'
      when coalesce(e.months_covered, 0)
        < year(s.followed_to) * 12 + month(s.followed_to)
          - year(s.chain_admission_date) * 12 - month(s.chain_admission_date)
          + r.months_before + 1 then 'NOT_ENROLLED'
    end as reason
  from stay s
  cross join readmission_rule r
  left join discharge_status d
    on d.discharge_disposition_code = s.discharge_disposition_code
  left join enrolled e
    on e.person_id = s.person_id
    and e.stay_id = s.stay_id
    and e.measure = s.measure
)
select
  person_id,
  stay_id,
  measure,
  cohort,
  facility_ccn,
  chain_number,
  chain_admission_date,
  discharge_date,
  reason is null as can_be_index,
  reason
from tested
