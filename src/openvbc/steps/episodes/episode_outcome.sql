-- purpose: every candidate episode with its outcome and its spending before limits
-- grain: one row a candidate; candidates = SETTLED + DROPPED
-- scope: person
-- inputs: episode_trigger, episode_failed_test, episode_precedence, episode_spending, person,
--   episode_model
-- cite: CMS shadow bundles programs c6, e1, d1-d9
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   status: SETTLED or DROPPED
--   reason: why it is dropped; null where it is not
--   other_episode_id: the episode that stands in its place; null where none does
--   last_day: last day of the episode: its end, or the death of the person
--   fiscal_year: federal fiscal year of the end of the anchor
--   pre_anchor_amount: spending before the anchor (USD)
--   anchor_amount: spending of the anchor (USD)
--   post_anchor_amount: spending after the anchor (USD)
--   monitored_amount: spending in the watched days after the episode (USD)
--   episode_amount: spending of the episode: before, in and after the anchor (USD)
--   updated_amount: the same at the prices of the performance year (USD)
--   paid_amount: of what was paid, the part in the episode (USD)
--
-- episode_precedence      episode_spending              episode_outcome
-- | 7 | KEPT |            | 7 | ANCHOR | 9000.00 |      | 7 | SETTLED | 9000.00 |
with first_failed as (
  select
    person_id,
    episode_id,
    min(position) as position
  from episode_failed_test
  group by person_id, episode_id
),
spent as (
  select
    person_id,
    episode_id,
    cast(sum(case when fate = 'PRE_ANCHOR' then episode_amount else 0 end) as decimal(18, 2))
      as pre_anchor_amount,
    cast(sum(case when fate = 'ANCHOR' then episode_amount else 0 end) as decimal(18, 2))
      as anchor_amount,
    cast(sum(case when fate = 'POST_ANCHOR' then episode_amount else 0 end) as decimal(18, 2))
      as post_anchor_amount,
    cast(sum(monitored_amount) as decimal(18, 2)) as monitored_amount,
    cast(sum(episode_amount) as decimal(18, 2)) as episode_amount,
    cast(sum(updated_amount) as decimal(18, 2)) as updated_amount,
    cast(sum(episode_paid_amount) as decimal(18, 2)) as paid_amount,
    cast(sum(lines_without_amount) as bigint) as lines_without_amount,
    cast(sum(lines_without_share) as bigint) as lines_without_share
  from episode_spending
  group by person_id, episode_id
),
judged as (
  select
    t.person_id,
    t.episode_id,
    case
      when f.position is not null then r.reason
      when k.outcome <> 'KEPT' then k.outcome
      when case when m.settled_by_episode_end then t.post_anchor_end else t.anchor_end end
        < m.first_day then 'OUTSIDE_THE_PERIOD'
      when case when m.settled_by_episode_end then t.post_anchor_end else t.anchor_end end
        > m.last_day then 'OUTSIDE_THE_PERIOD'
      when s.lines_without_amount > 0 then 'NO_STANDARDIZED_AMOUNT'
      when s.lines_without_share > 0 then 'NO_MEAN_LENGTH_OF_STAY'
      end as reason,
    k.other_episode_id,
    least(t.post_anchor_end, coalesce(p.death_date, t.post_anchor_end)) as last_day,
    year(add_months(t.anchor_end, m.fiscal_year_months)) as fiscal_year,
    s.pre_anchor_amount,
    s.anchor_amount,
    s.post_anchor_amount,
    s.monitored_amount,
    s.episode_amount,
    s.updated_amount,
    s.paid_amount
  from episode_trigger t
  cross join episode_model m
  left join first_failed f
    on f.person_id = t.person_id
    and f.episode_id = t.episode_id
  left join episode_failed_test r
    on r.person_id = f.person_id
    and r.episode_id = f.episode_id
    and r.position = f.position
  left join episode_precedence k
    on k.person_id = t.person_id
    and k.episode_id = t.episode_id
  left join spent s
    on s.person_id = t.person_id
    and s.episode_id = t.episode_id
  left join person p on p.person_id = t.person_id
)
select
  person_id,
  episode_id,
  case when reason is null then 'SETTLED' else 'DROPPED' end as status,
  reason,
  other_episode_id,
  last_day,
  fiscal_year,
  coalesce(pre_anchor_amount, 0) as pre_anchor_amount,
  coalesce(anchor_amount, 0) as anchor_amount,
  coalesce(post_anchor_amount, 0) as post_anchor_amount,
  coalesce(monitored_amount, 0) as monitored_amount,
  coalesce(episode_amount, 0) as episode_amount,
  coalesce(updated_amount, 0) as updated_amount,
  coalesce(paid_amount, 0) as paid_amount
from judged
