-- purpose: months that leave the calculation because of a COVID-19 inpatient stay
-- grain: one row a person and period with such a month
-- scope: person
-- inputs: institutional_claim, diagnosis, withdrawn_claim, claim_service, covid_diagnosis, period,
--   expenditure_rule
-- cite: 42 CFR 425.611(b)-(c)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   month_mask: months of the episode as bits, January is 1, February 2, March 4
--
-- An episode starts with the month of admission and ends with the month after discharge; the day of
-- discharge lies within the emergency. A diagnosis code means COVID-19 on discharges of its dates.
--
-- institutional_claim                    covid_episode
-- | claim_start_date | claim_end_date |  | period | month_mask          |
-- | 2021-01-28       | 2021-02-03     |  | BY1    | 7 (January - March) |
with named as (
  select d.person_id, d.claim_id, v.first_discharge_date, v.last_discharge_date
  from diagnosis d
  join covid_diagnosis v on v.diagnosis_code = d.diagnosis_code
  union
  select c.person_id, c.claim_id, v.first_discharge_date, v.last_discharge_date
  from institutional_claim c
  join covid_diagnosis v on v.diagnosis_code = c.primary_diagnosis_code
),
stay as (
  select
    p.period,
    c.person_id,
    greatest(12 * year(c.claim_start_date) + month(c.claim_start_date),
      12 * p.calendar_year + 1) - 12 * p.calendar_year - 1 as first_bit,
    least(12 * year(c.claim_end_date) + month(c.claim_end_date) + 1,
      12 * p.calendar_year + 12) - 12 * p.calendar_year - 1 as last_bit
  from named n
  join institutional_claim c on c.person_id = n.person_id and c.claim_id = n.claim_id
  join claim_service s on s.claim_type_code = c.claim_type_code
  cross join expenditure_rule x
  join period p
    on p.calendar_year >= year(c.claim_start_date)
    and 12 * p.calendar_year < 12 * year(c.claim_end_date) + month(c.claim_end_date) + 1
    and coalesce(c.load_date, c.claim_end_date) <= p.known_by
  left join withdrawn_claim w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = 'institutional'
    and w.withdrawn_on <= p.known_by
  where s.service_category = 'INPATIENT'
    and c.claim_end_date >= x.covid_19_emergency_first_day
    and c.claim_end_date <= x.covid_19_emergency_last_day
    and (n.first_discharge_date is null or c.claim_end_date >= n.first_discharge_date)
    and (n.last_discharge_date is null or c.claim_end_date <= n.last_discharge_date)
    and c.sign = 1
    and not c.is_denied
    and w.claim_id is null
)
select
  s.person_id,
  s.period,
  cast(bit_or((1 << (s.last_bit + 1)) - (1 << s.first_bit)) as int) as month_mask
from stay s
group by s.person_id, s.period
