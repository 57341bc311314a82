-- purpose: billed services whose minutes other services of the month already have
-- grain: one row a service without minutes of its own
-- scope: person
-- inputs: care_billed, care_code, time_pool, time_within, time_practice, billed_fit, billed_time,
--   billed_transition, billed_conflict
-- cite: rules/care_billing/rule.csv, X19: a minute counts for one service
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service
--   rule_id: X19
--   verdict: deny
--   evidence: what the services need, and what is there
--   other_claim: null
--
-- Only services that no other rule denies take minutes: in the order of what they need, fewest
-- first, so that as many as can be stand. Minutes marked for a service are taken first.
--
-- care_billed           time_pool          billed_minutes
-- | code  | needs |     | minutes |        | code  | evidence                    |
-- | 99490 |    20 |     |      30 |        | 99457 | ... need 40 minutes of 30   |
-- | 99457 |    20 |
with failed as (
  select person_id, service_id from billed_fit where verdict = 'deny'
  union
  select person_id, service_id from billed_time where verdict = 'deny'
  union
  select person_id, service_id from billed_transition where verdict = 'deny'
  union
  select person_id, service_id from billed_conflict where verdict = 'deny'
),
enough as (
  select
    s.person_id,
    s.service_id,
    s.biller_tin,
    s.service_month,
    s.service,
    c.time_by,
    c.rank_of_code,
    case when s.role = 'base' then c.least_minutes else c.further_minutes * s.units end as needs,
    greatest(
      coalesce(c.base_minutes, c.least_minutes, 0),
      case when s.role = 'base' then c.least_minutes else c.further_minutes * s.units end
    ) as sort_minutes
  from care_billed s
  join care_code c on c.code = s.code
  join time_practice p on p.tin = s.biller_tin
  left join failed f
    on f.person_id = s.person_id
    and f.service_id = s.service_id
  where s.is_asked
    and c.time_by is not null
    and f.service_id is null
),
pool as (
  select person_id, tin, service_month, time_by, service, minutes
  from time_pool
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
  'X19' as rule_id,
  'deny' as verdict,
  'services of the month need ' || cast(max(drawn_so_far) as string) || ' minutes of '
    || cast(max(free) as string) as evidence,
  cast(null as string) as other_claim
from taken
where drawn_so_far > free
  and draws > 0
group by person_id, service_id
