-- purpose: everything a tier is decided by, with the claim that says so
-- grain: one row an as-of date, person and component; a component that is not known has no row
-- scope: person
-- inputs: panel_person, panel_rank, hospital_episode, emergency_visit, person_condition,
--         person_score, discharge_score, risk_score, cohort, care_date, care_rule
-- cite: Default tiers of this program; scores as in person_score and discharge_score
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   component: what is counted
--   component_value: its value
--   evidence_claim: the last claim that says so; null where no claim does
--
-- hospital_episode             panel_component
-- | admission | unplanned |  | component            | component_value |
-- | 2024-10   | true      |  | unplanned_admissions | 1               |
with admitted as (
  select
    n.as_of,
    n.person_id,
    e.is_unplanned,
    e.admission_date > add_months(n.as_of, 0 - r.admission_months) as is_recent,
    e.evidence_claim,
    e.admission_date
  from panel_person n
  cross join care_rule r
  join hospital_episode e
    on e.as_of = n.as_of
    and e.person_id = n.person_id
    and e.admission_date > add_months(n.as_of, 0 - r.spending_months)
    and e.admission_date <= n.as_of
),
condition as (
  select
    n.as_of,
    n.person_id,
    c.condition,
    c.evidence_claim,
    c.last_date
  from panel_person n
  join person_condition c
    on c.as_of = n.as_of
    and c.person_id = n.person_id
    and c.algorithm = 'CCW30'
),
last_discharge as (
  select
    e.as_of,
    e.person_id,
    e.episode_number,
    e.evidence_claim,
    row_number() over (
      partition by e.as_of, e.person_id
      order by e.discharge_date desc nulls last, e.episode_number desc nulls last
    ) as place
  from hospital_episode e
  cross join care_rule r
  where e.is_discharged
    and e.discharge_date > add_months(e.as_of, 0 - r.spending_months)
),
scored as (
  select
    calendar_year,
    person_id,
    max(risk_score) as risk_score
  from risk_score
  group by calendar_year, person_id
)
select
  n.as_of,
  n.person_id,
  'spending_percentile' as component,
  cast(k.percentile as decimal(18, 4)) as component_value,
  cast(null as string) as evidence_claim
from panel_person n
join panel_rank k
  on k.as_of = n.as_of
  and k.person_id = n.person_id
union all
select
  as_of,
  person_id,
  'admissions' as component,
  cast(count(*) as decimal(18, 4)) as component_value,
  max_by(evidence_claim, cast(admission_date as string) || evidence_claim) as evidence_claim
from admitted
group by as_of, person_id
union all
select
  as_of,
  person_id,
  'unplanned_admissions' as component,
  cast(count(*) as decimal(18, 4)) as component_value,
  max_by(evidence_claim, cast(admission_date as string) || evidence_claim) as evidence_claim
from admitted
where is_unplanned
  and is_recent
group by as_of, person_id
union all
select
  n.as_of,
  n.person_id,
  'emergency_visits' as component,
  cast(count(*) as decimal(18, 4)) as component_value,
  max_by(v.claim_id, cast(v.visit_date as string) || v.claim_id) as evidence_claim
from panel_person n
cross join care_rule r
join emergency_visit v
  on v.as_of = n.as_of
  and v.person_id = n.person_id
  and not v.is_admitted
  and v.visit_date > add_months(n.as_of, 0 - r.emergency_months)
group by n.as_of, n.person_id
union all
select
  as_of,
  person_id,
  'chronic_conditions' as component,
  cast(count(*) as decimal(18, 4)) as component_value,
  max_by(evidence_claim, cast(last_date as string) || evidence_claim) as evidence_claim
from condition
group by as_of, person_id
union all
select
  s.as_of,
  s.person_id,
  case
    when s.score = 'CHARLSON' then 'charlson'
    when s.score = 'FRAILTY' then 'frailty_score'
    else 'readmission_index'
  end as component,
  cast(sum(s.points) as decimal(18, 4)) as component_value,
  max_by(s.evidence_claim, s.points) as evidence_claim
from panel_person n
join person_score s
  on s.as_of = n.as_of
  and s.person_id = n.person_id
where s.score <> 'LACE'
group by s.as_of, s.person_id, s.score
union all
select
  n.as_of,
  n.person_id,
  'lace' as component,
  cast(sum(s.points) as decimal(18, 4)) as component_value,
  max(l.evidence_claim) as evidence_claim
from panel_person n
join last_discharge l
  on l.as_of = n.as_of
  and l.person_id = n.person_id
  and l.place = 1
join discharge_score s
  on s.as_of = l.as_of
  and s.person_id = l.person_id
  and s.episode_number = l.episode_number
  and s.score = 'LACE'
group by n.as_of, n.person_id
union all
select
  n.as_of,
  n.person_id,
  'dementia_or_metastatic' as component,
  cast(1 as decimal(18, 4)) as component_value,
  max(coalesce(c.evidence_claim, s.evidence_claim)) as evidence_claim
from panel_person n
left join (
  select
    k.as_of,
    k.person_id,
    max(k.evidence_claim) as evidence_claim
  from condition k
  join cohort h
    on h.condition = k.condition
    and h.cohort = 'dementia'
  group by k.as_of, k.person_id
) c
  on c.as_of = n.as_of
  and c.person_id = n.person_id
left join person_score s
  on s.as_of = n.as_of
  and s.person_id = n.person_id
  and s.score = 'CHARLSON'
  and s.category = 'Metastatic solid tumor'
where coalesce(c.evidence_claim, s.evidence_claim) is not null
group by n.as_of, n.person_id
union all
select
  k.as_of,
  k.person_id,
  'new_condition' as component,
  cast(count(*) as decimal(18, 4)) as component_value,
  max_by(k.evidence_claim, cast(k.last_date as string) || k.evidence_claim) as evidence_claim
from condition k
join cohort h
  on h.condition = k.condition
  and h.is_watched
join care_date d
  on d.as_of = k.as_of
  and d.as_of_before is not null
left join person_condition b
  on b.as_of = d.as_of_before
  and b.person_id = k.person_id
  and b.condition = k.condition
  and b.algorithm = 'CCW30'
where b.condition is null
group by k.as_of, k.person_id
union all
select
  n.as_of,
  n.person_id,
  'risk_score' as component,
  cast(s.risk_score as decimal(18, 4)) as component_value,
  cast(null as string) as evidence_claim
from panel_person n
join scored s
  on s.person_id = n.person_id
  and s.calendar_year = year(n.as_of)
union all
select
  n.as_of,
  n.person_id,
  'risk_score_rise' as component,
  cast(s.risk_score - b.risk_score as decimal(18, 4)) as component_value,
  cast(null as string) as evidence_claim
from panel_person n
join scored s
  on s.person_id = n.person_id
  and s.calendar_year = year(n.as_of)
join scored b
  on b.person_id = n.person_id
  and b.calendar_year = year(n.as_of) - 1
