-- purpose: the cancer of each candidate episode
-- grain: one row a candidate with a visit for a cancer
-- scope: person
-- inputs: candidate_visit
-- cite: CMS OCM performance-based payment methodology, transcribed (cancer type: most visits; tie:
--   most recent visit, reconciled type, lowest last digit of the taxpayer number, highest claim)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   cancer_type: the cancer with the most visits
--   is_reconciled: whether episodes of it are reconciled
--   visits: visits for it
--   cancers: cancers with a visit
--
-- candidate_visit                     candidate_cancer
-- | 6-1 | 2024-03-01 | lung   |       | 6-1 | breast | 2 |
-- | 6-1 | 2024-03-08 | breast |
-- | 6-1 | 2024-03-15 | breast |
with dated as (
  select
    v.*,
    max(v.visit_day) over (partition by v.person_id, v.episode_id, v.cancer_type) as last_visit,
    substring(v.tin, length(v.tin), 1) as last_digit
  from candidate_visit v
),
counted as (
  select
    person_id,
    episode_id,
    cancer_type,
    is_reconciled,
    count(*) as visits,
    max(last_visit) as last_visit,
    min(case when visit_day = last_visit then last_digit end) as last_digit,
    max(case when visit_day = last_visit then claim_id end) as claim_id
  from dated
  group by person_id, episode_id, cancer_type, is_reconciled
),
ordered as (
  select
    c.*,
    row_number() over (
      partition by c.person_id, c.episode_id
      order by c.visits desc nulls last, c.last_visit desc nulls last,
        case when c.is_reconciled then 0 else 1 end nulls last, c.last_digit nulls last,
        c.claim_id desc nulls last, c.cancer_type nulls last
    ) as place,
    count(*) over (partition by c.person_id, c.episode_id) as cancers
  from counted c
)
select
  person_id,
  episode_id,
  cancer_type,
  is_reconciled,
  visits,
  cancers
from ordered
where place = 1
