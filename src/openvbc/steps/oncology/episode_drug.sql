-- purpose: fills of drugs in an episode, and what they cost the program
-- grain: one row a settled episode and fill
-- scope: person
-- inputs: episode, pharmacy_claim, drug_cost, oncology_model, novel_therapy
-- cite: CMS OCM performance-based payment methodology, transcribed (Part D: low-income cost
--   sharing, and 0.8 of the gross drug cost above the out-of-pocket threshold)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   claim_id: the fill
--   ndc_code: the drug
--   dispensing_date: day of the fill
--   is_novel: whether it is a novel therapy of the cancer on that day
--   drug_amount: what it cost the program (USD); null where it is not given
--
-- pharmacy_claim      drug_cost                 episode_drug
-- | 9 | 2024-03-01 |  | 9 | 40.00 | 100.00 |    | 6-1 | 9 | 120.00 |
with fill as (
  select
    e.person_id,
    e.episode_id,
    e.category,
    p.claim_id,
    p.ndc_code,
    p.dispensing_date,
    substring(p.ndc_code, 1, m.drug_digits) as drug_code,
    m.above_threshold_share
  from episode e
  cross join oncology_model m
  join pharmacy_claim p on p.person_id = e.person_id
  where e.status = 'SETTLED'
    and p.dispensing_date >= e.anchor_begin
    and p.dispensing_date <= e.post_anchor_end
),
novel as (
  select distinct
    f.person_id,
    f.episode_id,
    f.claim_id
  from fill f
  join novel_therapy n
    on n.code = f.drug_code
    and n.cancer_type = f.category
  where n.code_system = 'NDC'
    and f.dispensing_date >= n.first_day
    and f.dispensing_date <= n.last_day
)
select
  f.person_id,
  f.episode_id,
  f.claim_id,
  f.ndc_code,
  f.dispensing_date,
  n.claim_id is not null as is_novel,
  cast(d.low_income_amount
    + cast(d.above_threshold_amount * f.above_threshold_share as decimal(18, 2))
    as decimal(18, 2)) as drug_amount
from fill f
left join drug_cost d on d.claim_id = f.claim_id
left join novel n
  on n.person_id = f.person_id
  and n.episode_id = f.episode_id
  and n.claim_id = f.claim_id
