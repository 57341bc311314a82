-- purpose: the participant, and within it the clinician, from whom an assigned person had most care
-- grain: one row an assigned person and period
-- scope: person
-- inputs: population, primary_care_line, voluntary_alignment, period, param
-- cite: 42 CFR 425.402(b) (plurality of primary care charges, here among the participants)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, for example PY or BY3
--   practice: taxpayer number, or certification number of a facility; UNKNOWN where nothing tells
--   clinician: NPI of the clinician; UNKNOWN where nothing tells
--   told_by: CARE, DESIGNATION (voluntary alignment), or NOTHING
--   charges: primary care charges of the practice for the person in the window (USD)
--
-- CMS assigns people to the organisation, not to a practice; this is the same plurality one step
-- further down. Equal sums go to the latest service, then to the lower number.
--
-- primary_care_line                          attributed_practice
-- | person | tin of the line | charges |    | person | practice  | charges |
-- | P1     | 111111111       |  110.00 |    | P1     | 222222222 |  150.00 |
-- | P1     | 222222222       |  150.00 |
with own_line as (
  select
    q.person_id,
    q.period,
    l.provider as practice,
    coalesce(l.clinician_npi, 'UNKNOWN') as clinician,
    l.charges,
    l.service_date
  from population q
  join period p on p.period = q.period
  cross join param x
  join primary_care_line l
    on l.person_id = q.person_id
    and l.entity_type = 'ACO'
    and l.entity = x.aco_id
    and l.left_out is null
    and l.service_date >= coalesce(p.expanded_window_start, p.window_start)
    and l.service_date <= p.window_end
    and coalesce(l.load_date, l.service_date) <= p.assignment_known_by
  where q.population = 'ASSIGNED'
    and l.provider is not null
),
of_clinician as (
  select
    person_id, period, practice, clinician,
    cast(sum(charges) as decimal(18, 2)) as charges,
    max(service_date) as last_service
  from own_line
  group by person_id, period, practice, clinician
),
of_practice as (
  select
    person_id, period, practice,
    cast(sum(charges) as decimal(18, 2)) as charges,
    max(last_service) as last_service
  from of_clinician
  group by person_id, period, practice
),
first_practice as (
  select
    person_id, period, practice, charges,
    row_number() over (
      partition by person_id, period
      order by charges desc nulls last, last_service desc nulls last, practice nulls last
    ) as place
  from of_practice
),
first_clinician as (
  select
    person_id, period, practice, clinician,
    row_number() over (
      partition by person_id, period, practice
      order by charges desc nulls last, last_service desc nulls last, clinician nulls last
    ) as place
  from of_clinician
),
designated as (
  select
    person_id, performance_year,
    min(tin) as tin,
    min(npi) as npi
  from voluntary_alignment
  group by person_id, performance_year
)
select
  q.person_id,
  q.period,
  coalesce(b.practice, d.tin, 'UNKNOWN') as practice,
  case
    when b.practice is not null then k.clinician
    else coalesce(d.npi, 'UNKNOWN')
  end as clinician,
  case
    when b.practice is not null then 'CARE'
    when d.person_id is not null then 'DESIGNATION'
    else 'NOTHING'
  end as told_by,
  cast(coalesce(b.charges, 0) as decimal(18, 2)) as charges
from population q
join period p on p.period = q.period
left join first_practice b
  on b.person_id = q.person_id
  and b.period = q.period
  and b.place = 1
left join first_clinician k
  on k.person_id = b.person_id
  and k.period = b.period
  and k.practice = b.practice
  and k.place = 1
left join designated d
  on d.person_id = q.person_id
  and d.performance_year = p.calendar_year
where q.population = 'ASSIGNED'
