-- purpose: billed services whose minutes, units or days of data do not suffice
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, care_code, time_pool, time_practice, device_data, device_practice
-- cite: rules/care_billing/rule.csv, T01 to T04
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: T01 minutes below the threshold, T02 units, T03 days of data, T04 minutes above the
--     range
--   verdict: deny
--   evidence: what was found, and what is needed
--   other_claim: null
--
-- A base and its add-ons are counted together. Minutes marked for another service do not count.
--
-- care_billed         time_pool          billed_time
-- | code  | units |   | minutes |        | code  | rule_id | evidence               |
-- | 99490 |     1 |   |      39 |        | 99439 | T01     | 39 minutes of 40       |
-- | 99439 |     1 |
with timed as (
  select
    s.person_id,
    s.service_id,
    s.biller_tin,
    s.biller_npi,
    s.service_month,
    s.service,
    s.family,
    c.time_by,
    c.rank_of_code,
    c.most_minutes,
    s.role,
    case when s.role = 'base' then c.least_minutes else c.further_minutes * s.units end as needs
  from care_billed s
  join care_code c on c.code = s.code
  join time_practice p on p.tin = s.biller_tin
  where s.is_asked
    and c.time_by is not null
),
pool as (
  select
    person_id, tin, service_month, time_by, service, minutes
  from time_pool
),
own as (
  select
    t.*,
    cast(sum(t.needs) over (
      partition by t.person_id, t.biller_tin, t.biller_npi, t.service_month, t.family
      order by t.role desc nulls last, t.rank_of_code nulls last, t.service_id nulls last
    ) as bigint) as needs_of_family,
    coalesce(m.minutes, 0) + coalesce(f.minutes, 0) as has
  from timed t
  left join pool m
    on m.person_id = t.person_id
    and m.tin = t.biller_tin
    and m.service_month = t.service_month
    and m.time_by = t.time_by
    and m.service = t.service
  left join pool f
    on f.person_id = t.person_id
    and f.tin = t.biller_tin
    and f.service_month = t.service_month
    and f.time_by = t.time_by
    and f.service = ''
)
select
  person_id,
  service_id,
  'T01' as rule_id,
  'deny' as verdict,
  cast(has as string) || ' minutes of ' || cast(needs_of_family as string) as evidence,
  cast(null as string) as other_claim
from own
where has < needs_of_family
union all
select
  person_id,
  service_id,
  'T04' as rule_id,
  'deny' as verdict,
  cast(has as string) || ' minutes, at most ' || cast(most_minutes as string) as evidence,
  cast(null as string) as other_claim
from own
where has > most_minutes
union all
select
  s.person_id,
  s.service_id,
  'T02' as rule_id,
  'deny' as verdict,
  cast(s.units as string) || ' units of at most ' || cast(c.most_units as string) as evidence,
  cast(null as string) as other_claim
from care_billed s
join care_code c on c.code = s.code
where s.is_asked
  and s.units > c.most_units
union all
select
  s.person_id,
  s.service_id,
  'T03' as rule_id,
  'deny' as verdict,
  cast(coalesce(d.data_days, 0) as string) || ' days of data, '
    || cast(c.least_data_days as string) || ' to ' || cast(c.most_data_days as string)
    || ' needed' as evidence,
  cast(null as string) as other_claim
from care_billed s
join care_code c on c.code = s.code
join device_practice p on p.tin = s.biller_tin
left join device_data d
  on d.person_id = s.person_id
  and d.tin = s.biller_tin
  and d.service_month = s.service_month
where s.is_asked
  and c.least_data_days is not null
  and (coalesce(d.data_days, 0) < c.least_data_days
    or coalesce(d.data_days, 0) > c.most_data_days)
