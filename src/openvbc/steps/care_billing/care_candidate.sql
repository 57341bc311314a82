-- purpose: services a practice could bill for a person and month, by code
-- grain: one row a person, service, month (or discharge), practice and first code of the service
-- scope: person
-- inputs: care_owner, care_code, person_fact, time_pool, device_data, care_discharge,
--   care_transition, person_month, own_practice, billing_setting
-- cite: rules/care_billing/code.csv: dates, conditions, who is found by what
-- made: once a bucket
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service: the service
--   code: its first code
--   service_month: first day of the month; of a discharge, of its month
--   tin: the practice
--   stay_id: the stay, for codes of a discharge
--   basis: what makes the person eligible
--
-- Found by conditions (two or more), by being known to the practice, by the year (wellness
-- visit), by minutes marked for the service, by days of device data, or by a discharge home.
--
-- care_owner              person_fact              care_candidate
-- | person | tin |        | conditions |           | code  | service_month |
-- | P1     | 1   |        |          4 |           | 99490 | 2025-03-01    |
with fact as (
  select
    o.person_id,
    o.service_month,
    max(f.chronic_conditions) as chronic_conditions,
    max(case when f.is_qualified_beneficiary then 1 when not f.is_qualified_beneficiary then 0 end)
      as qualified
  from care_owner o
  join person_fact f
    on f.person_id = o.person_id
    and (f.first_date is null or f.first_date <= o.month_end)
    and (f.last_date is null or f.last_date >= o.service_month)
  group by o.person_id, o.service_month
),
known as (
  select o.*, f.chronic_conditions, f.qualified
  from care_owner o
  left join fact f
    on f.person_id = o.person_id
    and f.service_month = o.service_month
),
early_death as (
  select distinct d.person_id, d.stay_id
  from care_discharge d
  where date_add(d.discharge_date, 2) >= d.death_date
),
timed as (
  select distinct t.person_id, t.tin, t.service_month, t.service
  from time_pool t
  join person_month m
    on m.person_id = t.person_id
    and m.service_month = t.service_month
  where t.service <> ''
),
visited as (
  select
    t.person_id,
    t.stay_id,
    t.tin,
    row_number() over (
      partition by t.person_id, t.stay_id
      order by least(coalesce(t.logged_visit, t.claimed_visit),
        coalesce(t.claimed_visit, t.logged_visit)) nulls last, t.tin nulls last
    ) as place
  from care_transition t
  join own_practice p on p.tin = t.tin
)
select
  k.person_id,
  c.service,
  c.code,
  k.service_month,
  k.tin,
  cast(null as string) as stay_id,
  case
    when c.found_by = 'panel' then 'seen by the practice on ' || cast(k.last_visit as string)
    else cast(k.chronic_conditions as string) || ' chronic conditions, seen '
      || cast(k.last_visit as string)
  end as basis
from known k
join care_code c
  on c.found_by in ('conditions', 'panel')
  and c.first_date <= k.service_month
  and (c.last_date is null or c.last_date >= k.month_end)
where k.last_visit is not null
  and (c.least_conditions is null or k.chronic_conditions >= c.least_conditions)
  and (c.most_conditions is null or k.chronic_conditions <= c.most_conditions)
  and (not c.needs_qualified or k.qualified = 1)
union all
select
  o.person_id,
  c.service,
  c.code,
  o.service_month,
  o.tin,
  cast(null as string) as stay_id,
  'known to the practice at the end of the months asked for' as basis
from care_owner o
join billing_setting b on b.last_month = o.service_month
join care_code c
  on c.found_by = 'year'
  and c.first_date <= o.service_month
  and (c.last_date is null or c.last_date >= o.month_end)
where b.claims_from <= add_months(o.service_month, -b.wellness_months)
union all
select
  t.person_id,
  c.service,
  c.code,
  t.service_month,
  t.tin,
  cast(null as string) as stay_id,
  'minutes marked for the service' as basis
from timed t
join care_code c
  on c.service = t.service
  and c.found_by = 'time'
  and c.first_date <= t.service_month
  and (c.last_date is null or c.last_date >= t.service_month)
left join fact f
  on f.person_id = t.person_id
  and f.service_month = t.service_month
where c.least_conditions is null
  or f.chronic_conditions is null
  or f.chronic_conditions >= c.least_conditions
union all
select
  d.person_id,
  c.service,
  c.code,
  d.service_month,
  d.tin,
  cast(null as string) as stay_id,
  cast(d.data_days as string) || ' days of device data' as basis
from device_data d
join person_month m
  on m.person_id = d.person_id
  and m.service_month = d.service_month
join care_code c
  on c.found_by = 'device'
  and c.service = coalesce(d.device, c.service)
  and c.least_data_days <= d.data_days
  and c.most_data_days >= d.data_days
  and c.first_date <= d.service_month
  and (c.last_date is null or c.last_date >= d.service_month)
union all
select
  d.person_id,
  c.service,
  c.code,
  m.service_month,
  coalesce(v.tin, o.tin) as tin,
  d.stay_id,
  'discharge of ' || cast(d.discharge_date as string) as basis
from care_discharge d
join person_month m
  on m.person_id = d.person_id
  and m.service_month <= d.discharge_date
  and m.month_end >= d.discharge_date
join care_code c
  on c.found_by = 'discharge'
  and c.first_date <= d.discharge_date
  and (c.last_date is null or c.last_date >= d.discharge_date)
left join visited v
  on v.person_id = d.person_id
  and v.stay_id = d.stay_id
  and v.place = 1
left join care_owner o
  on o.person_id = d.person_id
  and o.service_month = m.service_month
left join early_death h
  on h.person_id = d.person_id
  and h.stay_id = d.stay_id
where d.is_home
  and h.stay_id is null
  and coalesce(v.tin, o.tin) is not null
