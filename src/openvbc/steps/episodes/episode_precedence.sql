-- purpose: which of a person's candidate episodes stand, where they overlap
-- grain: one row a candidate of overlap_order
-- scope: person
-- inputs: overlap_order, overlap_order_8
-- cite: CMS shadow bundles program e1 (overlap between episodes of one person)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   outcome: KEPT, INSIDE_EARLIER_EPISODE, REPLACED_BY_LATER_EPISODE, or FAILED for one that only
--     took the place of an earlier
--   other_episode_id: the episode that stands in its place; null where it is kept
--
-- The first candidate stands, then the next after it, and so on: found in strides of eight, then
-- one by one between them, which follows 64 that stand.
--
-- overlap_order            episode_precedence
-- | 1 | 1 | 3    |         | 1 | KEPT                   |
-- | 2 | 2 | 3    |         | 2 | INSIDE_EARLIER_EPISODE |
-- | 3 | 3 | null |         | 3 | KEPT                   |
with stride as (
  select
    f.person_id,
    f.position as p0,
    n1.next_position as p1,
    n2.next_position as p2,
    n3.next_position as p3,
    n4.next_position as p4,
    n5.next_position as p5,
    n6.next_position as p6,
    n7.next_position as p7
  from overlap_order f
  left join overlap_order_8 n1
    on n1.person_id = f.person_id
    and n1.position = f.position
  left join overlap_order_8 n2
    on n2.person_id = f.person_id
    and n2.position = n1.next_position
  left join overlap_order_8 n3
    on n3.person_id = f.person_id
    and n3.position = n2.next_position
  left join overlap_order_8 n4
    on n4.person_id = f.person_id
    and n4.position = n3.next_position
  left join overlap_order_8 n5
    on n5.person_id = f.person_id
    and n5.position = n4.next_position
  left join overlap_order_8 n6
    on n6.person_id = f.person_id
    and n6.position = n5.next_position
  left join overlap_order_8 n7
    on n7.person_id = f.person_id
    and n7.position = n6.next_position
  where f.position = 1
),
milestone as (
  select
    o.person_id,
    o.position
  from overlap_order o
  join stride x
    on x.person_id = o.person_id
    and o.position in (x.p0, x.p1, x.p2, x.p3, x.p4, x.p5, x.p6, x.p7)
),
step_on as (
  select
    f.person_id,
    f.position as p0,
    n1.next_position as p1,
    n2.next_position as p2,
    n3.next_position as p3,
    n4.next_position as p4,
    n5.next_position as p5,
    n6.next_position as p6,
    n7.next_position as p7
  from milestone f
  left join overlap_order n1
    on n1.person_id = f.person_id
    and n1.position = f.position
  left join overlap_order n2
    on n2.person_id = f.person_id
    and n2.position = n1.next_position
  left join overlap_order n3
    on n3.person_id = f.person_id
    and n3.position = n2.next_position
  left join overlap_order n4
    on n4.person_id = f.person_id
    and n4.position = n3.next_position
  left join overlap_order n5
    on n5.person_id = f.person_id
    and n5.position = n4.next_position
  left join overlap_order n6
    on n6.person_id = f.person_id
    and n6.position = n5.next_position
  left join overlap_order n7
    on n7.person_id = f.person_id
    and n7.position = n6.next_position
),
stood as (
  select distinct
    o.person_id,
    o.position
  from overlap_order o
  join step_on x
    on x.person_id = o.person_id
    and o.position in (x.p0, x.p1, x.p2, x.p3, x.p4, x.p5, x.p6, x.p7)
),
placed as (
  select
    o.person_id,
    o.episode_id,
    o.next_position,
    o.is_replaced,
    o.is_dropped,
    s.position is not null as has_stood,
    max(s.position) over (
      partition by o.person_id order by o.position nulls last
      rows between unbounded preceding and current row
    ) as last_stood
  from overlap_order o
  left join stood s
    on s.person_id = o.person_id
    and s.position = o.position
)
select
  p.person_id,
  p.episode_id,
  case
    when not p.has_stood then 'INSIDE_EARLIER_EPISODE'
    when p.is_replaced then 'REPLACED_BY_LATER_EPISODE'
    when p.is_dropped then 'FAILED'
    else 'KEPT' end as outcome,
  o.episode_id as other_episode_id
from placed p
left join overlap_order o
  on o.person_id = p.person_id
  and o.position = case
    when not p.has_stood then p.last_stood
    when p.is_replaced then p.next_position end
