-- purpose: months that leave the calculation because of a COVID-19 inpatient stay
-- grain: one row a person and period with such a month
-- scope: person
-- inputs: stay, stay_bill, institutional_claim, diagnosis, covid_diagnosis, period,
--   expenditure_rule
-- cite: 42 CFR 425.611(b)-(c)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   month_mask: months of the episode as bits, January is 1, February 2, March 4
--
-- An episode starts with the month of admission and ends with the month after discharge; the day of
-- discharge lies within the emergency. A diagnosis code means COVID-19 on discharges of its dates.
-- A stay billed in parts is one: a code on any of its bills names it, its discharge decides. One
-- whose discharge no bill tells is no episode.
--
-- stay                                    covid_episode
-- | admission_date | discharge_date |    | period | month_mask          |
-- | 2021-01-28     | 2021-02-03     |    | BY1    | 7 (January - March) |
with named as (
  select d.person_id, d.claim_id, v.first_discharge_date, v.last_discharge_date
  from diagnosis d
  join covid_diagnosis v on v.diagnosis_code = d.diagnosis_code
  union
  select c.person_id, c.claim_id, v.first_discharge_date, v.last_discharge_date
  from institutional_claim c
  join covid_diagnosis v on v.diagnosis_code = c.primary_diagnosis_code
),
discharged as (
  select
    s.known_by,
    s.person_id,
    s.admission_date,
    s.discharge_date,
    n.first_discharge_date,
    n.last_discharge_date
  from stay s
  join stay_bill last_bill
    on last_bill.known_by = s.known_by
    and last_bill.person_id = s.person_id
    and last_bill.claim_id = s.stay_id
    and last_bill.setting = s.setting
    and last_bill.is_last
  join stay_bill b
    on b.known_by = s.known_by
    and b.person_id = s.person_id
    and b.setting = s.setting
    and b.place = last_bill.place
    and b.stay_number = last_bill.stay_number
  join named n on n.person_id = b.person_id and n.claim_id = b.claim_id
  where s.setting = 'INPATIENT'
    and s.is_discharged
),
episode as (
  select
    p.period,
    d.person_id,
    greatest(12 * year(d.admission_date) + month(d.admission_date),
      12 * p.calendar_year + 1) - 12 * p.calendar_year - 1 as first_bit,
    least(12 * year(d.discharge_date) + month(d.discharge_date) + 1,
      12 * p.calendar_year + 12) - 12 * p.calendar_year - 1 as last_bit
  from discharged d
  cross join expenditure_rule x
  join period p
    on p.known_by = d.known_by
    and p.calendar_year >= year(d.admission_date)
    and 12 * p.calendar_year < 12 * year(d.discharge_date) + month(d.discharge_date) + 1
  where x.covid_19_episodes_leave
    and d.discharge_date >= x.covid_19_emergency_first_day
    and d.discharge_date <= x.covid_19_emergency_last_day
    and (d.first_discharge_date is null or d.discharge_date >= d.first_discharge_date)
    and (d.last_discharge_date is null or d.discharge_date <= d.last_discharge_date)
)
select
  e.person_id,
  e.period,
  cast(bit_or((1 << (e.last_bit + 1)) - (1 << e.first_bit)) as int) as month_mask
from episode e
group by e.person_id, e.period
