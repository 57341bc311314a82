-- purpose: who is aligned to the entity of the contract, how, from which month, and if not, why
-- grain: one row a person and period
-- scope: person
-- inputs: alignment_eligibility, alignment_charges, designated_entity, high_needs_person,
--   alignment_period, alignment_start, alignment_term
-- cite: ACO REACH alignment (claims-based and voluntary)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY, PY_2021 (implementation period) or BY1 to BY3
--   is_aligned: whether the person is aligned to the entity
--   alignment: VOLUNTARY or CLAIMS; null for who is not aligned
--   first_month: the month from which alignment counts, 1 is January; null for who is not aligned
--   step: the claims step that decided, PRIMARY_CARE or OTHER_SPECIALTY; null without a service
--   reason: why the person is not aligned; null for who is
--   entity_type: ACO or TIN: who has the plurality of weighted charges
--   entity: identifier of the entity, or the taxpayer number
--   tie: how equal sums were decided; null where none were equal
--
-- Voluntary alignment comes before claims: a designation of somebody else keeps a person off the
-- list. Where primary care specialties have the least share of all weighted charges or more, only
-- they compete, else only the other listed specialties. Equal sums go to the most recent service.
-- A period that continues another has its alignment: its own months count from its first.
--
-- alignment_charges                       alignment
-- | entity | weighted_primary |           | is_aligned | alignment | step         | entity |
-- | D0001  |           260.00 |           | true       | CLAIMS    | PRIMARY_CARE | D0001  |
-- | T9     |           259.99 |
with person_sum as (
  select
    person_id,
    period,
    cast(sum(weighted_primary) as decimal(18, 2)) as primary_charges,
    cast(sum(weighted_other) as decimal(18, 2)) as other_charges
  from alignment_charges
  group by person_id, period
),
person_step as (
  select
    s.person_id,
    s.period,
    case
      when s.primary_charges > 0
        and s.primary_charges
          >= t.least_primary_care_share * (s.primary_charges + s.other_charges)
        then 'PRIMARY_CARE'
      else 'OTHER_SPECIALTY'
    end as step
  from person_sum s
  cross join alignment_term t
),
contender as (
  select
    c.person_id,
    c.period,
    c.entity_type,
    c.entity,
    s.step,
    case when s.step = 'PRIMARY_CARE' then c.weighted_primary else c.weighted_other end as charges,
    case when s.step = 'PRIMARY_CARE' then c.last_primary_service else c.last_other_service end
      as last_service
  from alignment_charges c
  join person_step s on s.person_id = c.person_id and s.period = c.period
),
ranked as (
  select
    *,
    row_number() over by_charges as place,
    lead(charges) over by_charges as next_charges,
    lead(last_service) over by_charges as next_service
  from contender
  where charges > 0
  window by_charges as (
    partition by person_id, period
    order by
      charges desc nulls last,
      last_service desc nulls last,
      entity_type nulls last,
      entity nulls last
  )
),
winner as (
  select
    *,
    case
      when next_charges = charges and next_service = last_service then 'UNRESOLVED'
      when next_charges = charges then 'RECENCY'
    end as tie
  from ranked
  where place = 1
),
own as (
  select c.person_id, c.period, c.charges
  from contender c
  join alignment_term t on c.entity_type = 'ACO' and c.entity = t.entity_id
),
at_start as (
  select d.person_id, d.start_month, d.is_to_entity
  from designated_entity d
  join alignment_period p on p.is_performance_year and d.start_month = p.first_month
),
decided as (
  select
    e.person_id,
    e.period,
    p.is_performance_year,
    p.first_month,
    w.step,
    w.entity_type,
    w.entity,
    w.tie,
    case
      when e.reason is not null then e.reason
      when t.needs_high_needs and (h.first_day is null or h.first_day > p.year_start)
        then 'NO_HIGH_NEEDS_CRITERION'
      when p.is_performance_year and d.is_to_entity then 'VOLUNTARY'
      when p.is_performance_year and d.is_to_entity is not null then 'DESIGNATED_ELSEWHERE'
      when w.person_id is null then 'NO_QUALIFYING_SERVICE'
      when w.entity_type = 'ACO' and w.entity = t.entity_id then 'CLAIMS'
      when coalesce(o.charges, 0) = 0 then 'NO_SERVICE_OF_THE_ENTITY'
      when o.charges = w.charges then 'TIE_LOST'
      else 'PLURALITY_ELSEWHERE'
    end as verdict
  from alignment_eligibility e
  join alignment_period p
    on p.period = e.period
    and p.continues is null
  cross join alignment_term t
  left join winner w on w.person_id = e.person_id and w.period = e.period
  left join own o on o.person_id = e.person_id and o.period = e.period
  left join at_start d on d.person_id = e.person_id
  left join high_needs_person h on h.person_id = e.person_id
),
joined_later as (
  select e.person_id, e.period, min(s.month_number) as first_month
  from alignment_eligibility e
  join alignment_period p on p.period = e.period and p.is_performance_year
  join alignment_start s
    on s.month_number > p.first_month
    and (e.eligible_mask & s.bit) <> 0
  join designated_entity d
    on d.person_id = e.person_id
    and d.start_month = s.month_number
    and d.is_to_entity
  cross join alignment_term t
  left join high_needs_person h on h.person_id = e.person_id
  where not t.needs_high_needs or h.first_day <= s.first_day
  group by e.person_id, e.period
),
concluded as (
  select
    d.*,
    l.first_month as later_month,
    d.verdict = 'VOLUNTARY' or d.verdict = 'CLAIMS' as is_from_start
  from decided d
  left join joined_later l on l.person_id = d.person_id and l.period = d.period
),
found as (
  select
    person_id,
    period,
    is_from_start or later_month is not null as is_aligned,
    case
      when is_from_start then verdict
      when later_month is not null then 'VOLUNTARY'
    end as alignment,
    case when is_from_start then first_month else later_month end as first_month,
    step,
    case when not is_from_start and later_month is null then verdict end as reason,
    entity_type,
    entity,
    tie
  from concluded
)
select
  person_id,
  period,
  is_aligned,
  alignment,
  first_month,
  step,
  reason,
  entity_type,
  entity,
  tie
from found
union all
select
  f.person_id,
  p.period,
  f.is_aligned,
  f.alignment,
  case when f.is_aligned then p.first_month end as first_month,
  f.step,
  f.reason,
  f.entity_type,
  f.entity,
  f.tie
from found f
join alignment_period p on p.continues = f.period
