-- purpose: accountable care organisations with which an episode that stands overlaps
-- grain: one row a settled episode and kind of contract of an organisation
-- scope: person
-- inputs: episode, aco_alignment, person_identifier
-- cite: CMS shadow bundles program h1 (alignment spans that touch the episode)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   category: the clinical episode category
--   aco_model: kind of contract, for example MSSP_ENHANCED
--   anchor_begin: first day of the anchor
--   limited_amount: spending of the episode within its limits (USD)
--
-- episode                          aco_alignment                          episode_aco
-- | 7 | 2025-02-03 to 2025-05-06 | | MSSP_BASIC | from 2025-05-06 |       | 7 | MSSP_BASIC |
with aligned as (
  select
    coalesce(i.person_id, a.member_id) as person_id,
    a.aco_model,
    a.first_day,
    a.last_day
  from aco_alignment a
  left join person_identifier i on i.member_id = a.member_id
)
select distinct
  e.person_id,
  e.episode_id,
  e.category,
  a.aco_model,
  e.anchor_begin,
  e.limited_amount
from episode e
join aligned a
  on a.person_id = e.person_id
where e.status = 'SETTLED'
  and a.first_day <= e.post_anchor_end
  and a.last_day >= e.anchor_begin
