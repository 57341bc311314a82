-- purpose: where a person's spending stands among the panel's
-- grain: one row an as-of date and person of the panel
-- scope: population
-- inputs: panel_spending
-- cite: Default tiers of this program
-- columns:
--   as_of: the day the list is for
--   person_id: the person, by the identifier the claim store gives
--   paid_amount: Medicare payments of Parts A and B (USD, signed)
--   percentile: people of the panel with less spending, in percent, rounded down
--
-- panel_spending            panel_rank
-- | person | paid_amount |  | person | percentile |
-- | P1     | 100.00      |  | P1     | 0          |
-- | P2     | 900.00      |  | P2     | 50         |
with placed as (
  select
    *,
    rank() over (partition by as_of order by paid_amount nulls last) - 1 as lower,
    count(*) over (partition by as_of) as people
  from panel_spending
  where is_in_panel
)
select
  as_of,
  person_id,
  paid_amount,
  cast(floor(cast(100 * lower as double) / people) as int) as percentile
from placed
