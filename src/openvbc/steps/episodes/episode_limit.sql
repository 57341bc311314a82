-- purpose: the limits between which the spending of an episode counts
-- grain: one row a category, price cell and fiscal year of the anchor's end
-- scope: population
-- inputs: episode_trigger, episode_outcome, episode_model, given_limit
-- cite: CMS shadow bundles program g11 (winsorising); SAS PROC UNIVARIATE, PCTLDEF=5 (empirical
--   distribution with averaging)
-- columns:
--   category: the clinical episode category
--   price_cell: MS-DRG or ambulatory classification
--   fiscal_year: federal fiscal year of the end of the anchor
--   episodes: settled episodes of the cell
--   lower_limit: spending below it counts as it (USD, to a tenth of a cent); null where none holds
--   upper_limit: spending above it counts as it (USD, to a tenth of a cent); null where none holds
--   is_given: whether the limits are those given; else they are percentiles of these episodes
--
-- The percentile p of n ordered values: with n p = j + g, the mean of the j-th and the next where g
-- is zero, else the next.
--
-- episode_outcome (100 episodes of 1..100)    episode_limit
-- |   1.00 |                                  | lower 1.500 | upper 99.500 |
with settled as (
  select
    t.category,
    t.price_cell,
    o.fiscal_year,
    o.updated_amount,
    cast(row_number() over (
      partition by t.category, t.price_cell, o.fiscal_year order by o.updated_amount nulls last
    ) as bigint) as place,
    count(*) over (partition by t.category, t.price_cell, o.fiscal_year) as episodes
  from episode_outcome o
  join episode_trigger t
    on t.person_id = o.person_id
    and t.episode_id = o.episode_id
  where o.status = 'SETTLED'
),
found as (
  select
    s.category,
    s.price_cell,
    s.fiscal_year,
    max(s.episodes) as episodes,
    min(case when 100 * s.place >= s.episodes * m.lower_percentile then s.updated_amount end)
      as lower_at,
    min(case when 100 * s.place > s.episodes * m.lower_percentile then s.updated_amount end)
      as lower_after,
    min(case when 100 * s.place >= s.episodes * m.upper_percentile then s.updated_amount end)
      as upper_at,
    min(case when 100 * s.place > s.episodes * m.upper_percentile then s.updated_amount end)
      as upper_after
  from settled s
  cross join episode_model m
  group by s.category, s.price_cell, s.fiscal_year
)
select
  f.category,
  f.price_cell,
  f.fiscal_year,
  f.episodes,
  case
    when g.category is not null then g.lower_limit
    else cast((f.lower_at + f.lower_after) * 0.5 as decimal(18, 3)) end as lower_limit,
  case
    when g.category is not null then g.upper_limit
    else cast((f.upper_at + f.upper_after) * 0.5 as decimal(18, 3)) end as upper_limit,
  g.category is not null as is_given
from found f
left join given_limit g
  on g.category = f.category
  and g.price_cell = f.price_cell
  and g.fiscal_year = f.fiscal_year
