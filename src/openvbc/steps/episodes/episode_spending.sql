-- purpose: what the lines of an episode add up to, by phase and kind of care
-- grain: one row an episode, fate and kind of care
-- scope: person
-- inputs: episode_line
-- cite: CMS shadow bundles programs d1-d9
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   fate: PRE_ANCHOR, ANCHOR, POST_ANCHOR, MONITORED or LEFT_OUT
--   setting: kind of care, as in episode_line
--   lines: claim lines
--   amount: what they cost on the basis the contract chose (USD)
--   episode_amount: what counts in the episode (USD)
--   monitored_amount: what counts in the watched days after it (USD)
--   updated_amount: episode_amount at the prices of the performance year (USD)
--   episode_paid_amount: of what was paid, the part in the episode (USD)
--   lines_without_amount: lines whose amount on that basis was not given
--   lines_without_share: lines that cannot be prorated, for want of a geometric mean stay
--
-- episode_line                              episode_spending
-- | 7 | ANCHOR | PROFESSIONAL | 80.00 |     | 7 | ANCHOR | PROFESSIONAL | 2 | 100.00 |
-- | 7 | ANCHOR | PROFESSIONAL | 20.00 |
select
  person_id,
  episode_id,
  fate,
  setting,
  count(*) as lines,
  cast(sum(coalesce(amount, 0)) as decimal(18, 2)) as amount,
  cast(sum(coalesce(episode_amount, 0)) as decimal(18, 2)) as episode_amount,
  cast(sum(coalesce(monitored_amount, 0)) as decimal(18, 2)) as monitored_amount,
  cast(sum(coalesce(updated_amount, 0)) as decimal(18, 2)) as updated_amount,
  cast(sum(coalesce(episode_paid_amount, 0)) as decimal(18, 2)) as episode_paid_amount,
  count(case when rule = 'NO_AMOUNT' then 1 end) as lines_without_amount,
  count(case when share_whole is null then 1 end) as lines_without_share
from episode_line
group by person_id, episode_id, fate, setting
