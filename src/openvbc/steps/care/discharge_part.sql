-- purpose: what the scores of a discharge are made of
-- grain: one row an as-of date, hospital episode (ended in the year before, or known only in the
--        month before), score and part
-- scope: person
-- inputs: hospital_episode, emergency_visit, care_claim, score_source, score_bit, score_points,
--         score_hierarchy, care_rule
-- cite: van Walraven et al. 2010 (LACE)
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   episode_number: number of the chain of stays within person and as-of date
--   score: LACE
--   part: part of the score
--   part_value: its value: days, 0 or 1, points or visits
--
-- hospital_episode                             discharge_part
-- | admission | discharge | is_unplanned |  | part            | part_value |
-- | 03-01     | 03-06     | true         |  | LENGTH_OF_STAY  | 5          |
-- |           |           |              |  | ACUTE_ADMISSION | 1          |
with ended as (
  select e.*
  from hospital_episode e
  cross join care_rule r
  where e.is_discharged
    and (
      e.discharge_date > add_months(e.as_of, 0 - r.spending_months)
      or date_add(e.known_on, r.readmission_days) >= e.as_of
    )
),
told as (
  select
    e.as_of,
    e.person_id,
    e.episode_number,
    bit_or(c.comorbidities) as comorbidities
  from care_claim c
  join score_source s
    on s.score = 'LACE'
    and s.setting = c.setting
  cross join care_rule r
  join ended e
    on e.person_id = c.person_id
    and c.known_on <= e.as_of
    and (c.withdrawn_on is null or c.withdrawn_on > e.as_of)
    and c.end_date <= e.discharge_date
    and c.end_date > add_months(e.discharge_date, 0 - r.score_months)
  where c.comorbidities <> 0
  group by e.as_of, e.person_id, e.episode_number
),
found as (
  select
    t.as_of,
    t.person_id,
    t.episode_number,
    b.score,
    b.category
  from told t
  join score_bit b
    on b.score = 'LACE'
    and (b.category_bit & t.comorbidities) <> 0
),
dropped as (
  select distinct
    f.as_of,
    f.person_id,
    f.episode_number,
    f.score,
    h.drops as category
  from found f
  join score_hierarchy h
    on h.score = f.score
    and h.category = f.category
),
comorbidity as (
  select
    f.as_of,
    f.person_id,
    f.episode_number,
    cast(sum(p.points) as decimal(18, 4)) as points
  from found f
  join score_points p
    on p.score = f.score
    and p.category = f.category
  left join dropped x
    on x.as_of = f.as_of
    and x.person_id = f.person_id
    and x.episode_number = f.episode_number
    and x.category = f.category
  where x.category is null
  group by f.as_of, f.person_id, f.episode_number
),
emergency as (
  select
    e.as_of,
    e.person_id,
    e.episode_number,
    count(*) as visits
  from ended e
  cross join care_rule r
  join emergency_visit v
    on v.as_of = e.as_of
    and v.person_id = e.person_id
    and not v.is_admitted
    and v.visit_date < e.admission_date
    and v.visit_date > add_months(e.admission_date, 0 - r.emergency_months)
  group by e.as_of, e.person_id, e.episode_number
)
select
  as_of,
  person_id,
  episode_number,
  'LACE' as score,
  'LENGTH_OF_STAY' as part,
  cast(datediff(discharge_date, admission_date) as decimal(18, 4)) as part_value
from ended
union all
select
  as_of,
  person_id,
  episode_number,
  'LACE' as score,
  'ACUTE_ADMISSION' as part,
  cast(case when is_unplanned then 1 else 0 end as decimal(18, 4)) as part_value
from ended
union all
select
  e.as_of,
  e.person_id,
  e.episode_number,
  'LACE' as score,
  'COMORBIDITY' as part,
  cast(coalesce(c.points, 0) as decimal(18, 4)) as part_value
from ended e
left join comorbidity c
  on c.as_of = e.as_of
  and c.person_id = e.person_id
  and c.episode_number = e.episode_number
union all
select
  e.as_of,
  e.person_id,
  e.episode_number,
  'LACE' as score,
  'EMERGENCY_VISITS' as part,
  cast(coalesce(v.visits, 0) as decimal(18, 4)) as part_value
from ended e
left join emergency v
  on v.as_of = e.as_of
  and v.person_id = e.person_id
  and v.episode_number = e.episode_number
