-- purpose: a person's candidate episodes in order, and which would stand after each
-- grain: one row a candidate that fails no test, or one with which its anchor began all the same
-- scope: person
-- inputs: episode_trigger, episode_failed_test, overlap_rule, begun_all_the_same
-- cite: CMS shadow bundles program e1 (overlap between episodes of one person)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   position: place in the order of anchor begin, setting and anchor end, from 1
--   next_position: place of the next that would stand if this one stood; null where none would
--   is_replaced: whether that next one begins inside this one and takes its place
--   is_dropped: whether it fails a test all the same, and is not settled itself
--
-- A candidate yields to one that stands if it begins inside it, unless a rule of overlap lets the
-- later one take the place of the earlier. A model may name tests (a death after the anchor) that
-- do not undo the anchor: who fails only these takes the place of an earlier one all the same.
--
-- episode_trigger                          overlap_order
-- | 1 | PCI    | 01-01 to 04-02 |         | 1 | 1 | 3    |
-- | 2 | SEPSIS | 02-01 to 05-03 |         | 2 | 2 | 3    |
-- | 3 | STROKE | 06-01 to 09-03 |         | 3 | 3 | null |
with failed as (
  select
    f.person_id,
    f.episode_id,
    max(case when b.reason is null then 1 else 0 end) = 0 as has_begun
  from episode_failed_test f
  left join begun_all_the_same b on b.reason = f.reason
  group by f.person_id, f.episode_id
),
candidate as (
  select
    t.person_id,
    t.episode_id,
    t.category,
    t.setting,
    t.anchor_begin,
    t.post_anchor_end,
    f.episode_id is not null as is_dropped,
    cast(row_number() over (
      partition by t.person_id
      order by t.anchor_begin nulls last, t.setting nulls last, t.anchor_end nulls last,
        t.episode_id nulls last
    ) as bigint) as position
  from episode_trigger t
  left join failed f
    on f.person_id = t.person_id
    and f.episode_id = t.episode_id
  where f.episode_id is null
    or f.has_begun
),
pair as (
  select
    a.person_id,
    a.position,
    b.position as later,
    b.anchor_begin <= a.post_anchor_end as is_inside,
    max(case when r.priority is null then 0 else 1 end) = 1 as replaces
  from candidate a
  join candidate b
    on b.person_id = a.person_id
    and b.position > a.position
  left join overlap_rule r
    on (r.earlier_category is null or r.earlier_category = a.category)
    and (r.later_category is null or r.later_category = b.category)
    and (r.same_setting is null or r.same_setting = (a.setting = b.setting))
    and (r.same_day is null or r.same_day = (a.anchor_begin = b.anchor_begin))
  group by a.person_id, a.position, b.position, b.anchor_begin, a.post_anchor_end
),
hop as (
  select
    person_id,
    position,
    min(later) as next_position,
    min(case when is_inside then later end) as next_inside
  from pair
  where not is_inside
    or replaces
  group by person_id, position
)
select
  c.person_id,
  c.episode_id,
  c.position,
  h.next_position,
  coalesce(h.next_inside = h.next_position, false) as is_replaced,
  c.is_dropped
from candidate c
left join hop h
  on h.person_id = c.person_id
  and h.position = c.position
