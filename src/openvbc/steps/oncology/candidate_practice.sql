-- purpose: the practice that each candidate episode is attributed to
-- grain: one row a candidate with a practice
-- scope: person
-- inputs: candidate_visit, oncology_model
-- cite: CMS OCM performance-based payment methodology, transcribed (most qualifying visits; tie:
--   most recent, then lowest taxpayer number read from its last digit); EOM, first qualifying
--   visit of a practice with a least share of them (not read)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the candidate
--   practice: the practice or pool
--   practice_visits: its qualifying visits in the six months
--   qualifying_visits: those of every practice
--
-- candidate_visit                          candidate_practice
-- | 6-1 | 2024-03-01 | 111111111 |         | 6-1 | 222222222 | 2 of 3 |
-- | 6-1 | 2024-03-08 | 222222222 |
-- | 6-1 | 2024-03-15 | 222222222 |
with visit as (
  select distinct
    person_id,
    episode_id,
    practice,
    tin,
    visit_day
  from candidate_visit
  where is_qualifying
    and is_during
),
counted as (
  select
    person_id,
    episode_id,
    practice,
    count(*) as practice_visits,
    min(visit_day) as first_visit,
    max(visit_day) as last_visit,
    min(reverse(tin)) as from_the_last_digit
  from visit
  group by person_id, episode_id, practice
),
shared as (
  select
    c.*,
    cast(sum(c.practice_visits) over (partition by c.person_id, c.episode_id) as bigint)
      as qualifying_visits
  from counted c
),
ordered as (
  select
    s.*,
    row_number() over (
      partition by s.person_id, s.episode_id
      order by
        case when m.first_visit_decides then s.first_visit end nulls last,
        case when not m.first_visit_decides then s.practice_visits end desc nulls last,
        case when not m.first_visit_decides then s.last_visit end desc nulls last,
        s.from_the_last_digit nulls last
    ) as place
  from shared s
  cross join oncology_model m
  where s.practice_visits * 100 >= s.qualifying_visits * m.least_visit_percent
)
select
  person_id,
  episode_id,
  practice,
  practice_visits,
  qualifying_visits
from ordered
where place = 1
