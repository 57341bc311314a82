-- purpose: what each episode of cancer care cost, as its settlement reads it
-- grain: one row a settled episode
-- scope: person
-- inputs: episode, episode_drug, episode_marker, therapy_event, person, candidate_cancer,
--   candidate_practice
-- cite: CMS OCM performance-based payment methodology, transcribed (cost of an episode)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   medicare_payments: Part A and B, before the sequestration is undone (USD)
--   drug_payments: Part D (USD)
--   novel_medicare_payments: of the first, novel therapies (USD)
--   novel_drug_payments: of the second, novel therapies (USD)
--   fills: fills of drugs in the episode
--   fills_without_cost: of them, those whose cost is not given
--   sex: male, female or unknown
--   age: whole years on the first day; null where the birth date is not known
--   is_reconciled: whether episodes of the cancer are reconciled
--   practice_visits: qualifying visits of the practice it is attributed to
--   qualifying_visits: those of every practice
--   is_of_part_d_only: whether every initiating therapy in it is a fill
--
-- episode            episode_drug          oncology_spending
-- | 6-1 | 9000.00 |  | 6-1 | 120.00 |      | 6-1 | 9000.00 | 120.00 |
with drug as (
  select
    person_id,
    episode_id,
    count(*) as fills,
    count(case when drug_amount is null then 1 end) as fills_without_cost,
    cast(sum(coalesce(drug_amount, 0)) as decimal(18, 2)) as drug_payments,
    cast(sum(case when is_novel then coalesce(drug_amount, 0) else 0 end) as decimal(18, 2))
      as novel_drug_payments
  from episode_drug
  group by person_id, episode_id
),
novel as (
  select
    person_id,
    episode_id,
    cast(sum(episode_amount) as decimal(18, 2)) as novel_medicare_payments
  from episode_marker
  where marker = 'NOVEL_THERAPY'
  group by person_id, episode_id
),
of_part_b as (
  select distinct
    e.person_id,
    e.episode_id
  from episode e
  join therapy_event t
    on t.person_id = e.person_id
    and t.source <> 'PHARMACY'
    and t.therapy_day >= e.anchor_begin
    and t.therapy_day <= e.post_anchor_end
  where e.status = 'SETTLED'
)
select
  e.person_id,
  e.episode_id,
  e.updated_amount as medicare_payments,
  coalesce(d.drug_payments, cast(0 as decimal(18, 2))) as drug_payments,
  coalesce(n.novel_medicare_payments, cast(0 as decimal(18, 2))) as novel_medicare_payments,
  coalesce(d.novel_drug_payments, cast(0 as decimal(18, 2))) as novel_drug_payments,
  coalesce(d.fills, cast(0 as bigint)) as fills,
  coalesce(d.fills_without_cost, cast(0 as bigint)) as fills_without_cost,
  p.sex,
  year(e.anchor_begin) - year(p.birth_date) - case
    when month(e.anchor_begin) < month(p.birth_date) then 1
    when month(e.anchor_begin) = month(p.birth_date)
      and day(e.anchor_begin) < day(p.birth_date) then 1
    else 0 end as age,
  coalesce(c.is_reconciled, false) as is_reconciled,
  q.practice_visits,
  q.qualifying_visits,
  b.episode_id is null as is_of_part_d_only
from episode e
left join drug d
  on d.person_id = e.person_id
  and d.episode_id = e.episode_id
left join novel n
  on n.person_id = e.person_id
  and n.episode_id = e.episode_id
left join person p on p.person_id = e.person_id
left join candidate_cancer c
  on c.person_id = e.person_id
  and c.episode_id = e.episode_id
left join candidate_practice q
  on q.person_id = e.person_id
  and q.episode_id = e.episode_id
left join of_part_b b
  on b.person_id = e.person_id
  and b.episode_id = e.episode_id
where e.status = 'SETTLED'
