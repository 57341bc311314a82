-- purpose: billed services whose minutes, units or days of data do not suffice
-- grain: one row a service and rule it fails
-- scope: person
-- inputs: care_billed, care_code, time_pool, time_within, time_practice, device_data,
--   device_practice
-- cite: rules/care_billing/rule.csv, T01 to T04 and X19
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: T01 minutes below the threshold, T02 units, T03 days of data, T04 minutes above the
--     range, X19 minutes that another service has
--   verdict: deny
--   evidence: what was found, and what is needed
--   other_claim: null
--
-- Services of a practice and month take their minutes in the order of what they need, fewest
-- first, so that as many as can be stand. Minutes marked for a service are taken first.
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
    s.service_month,
    s.service,
    s.family,
    c.time_by,
    c.rank_of_code,
    c.most_minutes,
    s.role,
    case when s.role = 'base' then c.least_minutes else c.further_minutes * s.units end as needs,
    greatest(
      coalesce(c.base_minutes, c.least_minutes, 0),
      case when s.role = 'base' then c.least_minutes else c.further_minutes * s.units end
    ) as sort_minutes
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
      partition by t.person_id, t.biller_tin, t.service_month, t.family
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
),
enough as (
  select *
  from own
  where needs_of_family <= has
),
in_pool as (
  select
    e.*,
    w.time_by as pool_by,
    cast(sum(e.needs) over (
      partition by e.person_id, e.biller_tin, e.service_month, w.time_by, e.service
      order by e.sort_minutes nulls last, e.rank_of_code nulls last, e.service_id nulls last
    ) as bigint) as needs_of_service
  from enough e
  join time_within w on w.inner_time_by = e.time_by
),
drawn as (
  select
    i.*,
    greatest(i.needs_of_service - coalesce(m.minutes, 0), 0)
      - greatest(i.needs_of_service - i.needs - coalesce(m.minutes, 0), 0) as draws,
    coalesce(f.minutes, 0) as free
  from in_pool i
  left join pool m
    on m.person_id = i.person_id
    and m.tin = i.biller_tin
    and m.service_month = i.service_month
    and m.time_by = i.pool_by
    and m.service = i.service
  left join pool f
    on f.person_id = i.person_id
    and f.tin = i.biller_tin
    and f.service_month = i.service_month
    and f.time_by = i.pool_by
    and f.service = ''
),
taken as (
  select
    *,
    cast(sum(draws) over (
      partition by person_id, biller_tin, service_month, pool_by
      order by sort_minutes nulls last, rank_of_code nulls last, service_id nulls last
    ) as bigint) as drawn_so_far
  from drawn
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
  person_id,
  service_id,
  'X19' as rule_id,
  'deny' as verdict,
  'services of the month need ' || cast(max(drawn_so_far) as string) || ' minutes of '
    || cast(max(free) as string) as evidence,
  cast(null as string) as other_claim
from taken
where drawn_so_far > free
  and draws > 0
group by person_id, service_id
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
