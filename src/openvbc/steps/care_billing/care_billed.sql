-- purpose: services of care management as billed, with what is known about each
-- grain: one row a person, code, biller and month; for codes that are not monthly, and day
-- scope: person
-- inputs: care_line, care_code, care_discharge, person_fact, person_month, billing_setting
-- cite: rules/care_billing/code.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service, its first claim and line
--   code: the code billed
--   service: the service the code belongs to
--   family: the variant of the service
--   role: base or add_on
--   biller_npi: the practitioner
--   biller_tin: the practice
--   biller_specialty: specialty of the practitioner on the lines; null where it is not told
--   service_month: first day of the month of service
--   service_date: first date of service
--   last_date: last date of service
--   units: units billed
--   received_date: when the first of its claims was received
--   claims: lines it was billed on
--   is_asked: whether the month lies in the months asked for
--   chronic_conditions: conditions of the person then; null where not known
--   conditions_are_given: whether the user gave them; else they are counted from claims
--   is_qualified_beneficiary: whether a Qualified Medicare Beneficiary; null where not known
--   is_covered: whether Part B outside Medicare Advantage covers the month
--   stay_id: the stay of the last discharge before it, for codes of a discharge
--
-- care_line                                 care_billed
-- | code  | service_date | claim | units |  | code  | service_month | units | claims |
-- | 99439 | 2025-03-15   | c1    |     1 |  | 99439 | 2025-03-01    |     2 |      2 |
-- | 99439 | 2025-03-31   | c2    |     1 |
with service as (
  select
    l.person_id,
    min(l.claim_id || '/' || cast(l.claim_line_number as string)) as service_id,
    l.code,
    c.service,
    c.family,
    c.role,
    c.period,
    l.biller_npi,
    l.biller_tin,
    l.service_month,
    min(l.service_date) as service_date,
    max(l.service_date) as last_date,
    cast(sum(l.units) as bigint) as units,
    max(l.specialty_code) as biller_specialty,
    min(l.received_date) as received_date,
    count(*) as claims
  from care_line l
  join care_code c on c.code = l.code
  group by
    l.person_id, l.code, c.service, c.family, c.role, c.period, l.biller_npi, l.biller_tin,
    l.service_month, case when c.period <> 'month' then l.service_date end
),
discharged as (
  select s.person_id, s.service_id, max(d.discharge_date) as discharge_date
  from service s
  cross join billing_setting b
  join care_discharge d
    on d.person_id = s.person_id
    and d.discharge_date <= s.service_date
    and date_add(d.discharge_date, b.period_days) >= s.service_date
  where s.period = 'discharge'
  group by s.person_id, s.service_id
),
of_stay as (
  select x.person_id, x.service_id, max(d.stay_id) as stay_id
  from discharged x
  join care_discharge d
    on d.person_id = x.person_id
    and d.discharge_date = x.discharge_date
  group by x.person_id, x.service_id
),
fact as (
  select
    s.person_id,
    s.service_id,
    max(f.chronic_conditions) as chronic_conditions,
    max(case when f.is_given and f.chronic_conditions is not null then 1 else 0 end) as given,
    max(case when f.is_qualified_beneficiary then 1 when not f.is_qualified_beneficiary then 0 end)
      as qualified
  from service s
  join person_fact f
    on f.person_id = s.person_id
    and (f.first_date is null or f.first_date <= s.last_date)
    and (f.last_date is null or f.last_date >= s.service_month)
  group by s.person_id, s.service_id
)
select
  s.person_id,
  s.service_id,
  s.code,
  s.service,
  s.family,
  s.role,
  s.biller_npi,
  s.biller_tin,
  s.biller_specialty,
  s.service_month,
  s.service_date,
  s.last_date,
  s.units,
  s.received_date,
  s.claims,
  s.service_month >= b.first_month and s.service_month <= b.last_month as is_asked,
  f.chronic_conditions,
  f.given = 1 as conditions_are_given,
  f.qualified = 1 as is_qualified_beneficiary,
  m.person_id is not null as is_covered,
  o.stay_id
from service s
cross join billing_setting b
left join fact f
  on f.person_id = s.person_id
  and f.service_id = s.service_id
left join of_stay o
  on o.person_id = s.person_id
  and o.service_id = s.service_id
left join person_month m
  on m.person_id = s.person_id
  and m.service_month = s.service_month
