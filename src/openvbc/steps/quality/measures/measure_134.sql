-- purpose: measure 134 (CMS2), screening for depression and follow-up plan
-- grain: one row a person, test passed and record that passes it
-- scope: person
-- inputs: measured_person, coded_encounter, coded_condition, coded_event, coded_observation,
--   coded_order, coded_procedure, measurement_year, measure_134_rule
-- cite: CMS2FHIR 1.0.000 (measure year 2026), CMS
-- columns:
--   person_id: the person
--   test: the test passed, see the measure's definition
--   event_id: number of the record; null: the person passes it
--
-- The measure is CMS's; the words here are our own.
-- Counted are people from the age with a visit in the year. Met: the latest screening with a
-- result, at most some days before a visit, is negative; or it is positive and a plan follows: a
-- procedure begun within a visit, or a referral or medication ordered at its end or within days
-- after it (the supply of a medication, where it is known, reaches from the visit beyond it). At
-- the age between, either screening will do. Left out: bipolar disorder known before a visit.
-- Excepted: screening cancelled in a visit because the patient declined or for a medical reason,
-- and no screening done.
-- coded_observation: A | 5 | Adult Depression Screening | 2026-03-01 | negative
-- the result:        A | adult_negative | 5
with visit as (
  select distinct
    e.person_id,
    e.event_id,
    e.start_date,
    e.start_time,
    e.end_date,
    e.end_time
  from coded_encounter e
  cross join measurement_year y
  where e.value_set in (
      'Encounter to Screen for Depression',
      'Physical Therapy Evaluation',
      'Telephone Visits'
    )
    and e.start_date >= y.first_day
    and e.end_date <= y.last_day
),
screening as (
  select distinct
    o.person_id,
    o.event_id,
    case when o.value_set = 'Adult Depression Screening' then 'adult' else 'adolescent' end as tool,
    o.start_date,
    o.start_time
  from coded_observation o
  cross join measure_134_rule r
  join visit v
    on v.person_id = o.person_id
    and o.end_date <= v.start_date
    and o.end_date >= date_add(v.start_date, -r.screening_days)
  where o.value_set in ('Adult Depression Screening', 'Adolescent Depression Screening')
    and o.is_performed
    and o.value_kind is not null
),
placed as (
  select
    person_id,
    event_id,
    tool,
    start_date,
    row_number() over (
      partition by person_id, tool
      order by
        start_date desc nulls last,
        start_time desc nulls last,
        event_id desc nulls last
    ) as place
  from screening
),
latest as (
  select
    s.person_id,
    s.event_id,
    s.tool,
    s.start_date,
    answer.value_set as answer
  from placed s
  left join coded_event answer
    on answer.event_id = s.event_id
    and answer.field = 'observation_value'
    and answer.value_set in ('Depression Screening Negative', 'Depression Screening Positive')
  where s.place = 1
),
positive_visit as (
  select
    s.person_id,
    s.tool,
    v.start_date,
    v.start_time,
    v.end_date,
    v.end_time
  from latest s
  cross join measure_134_rule r
  join visit v
    on v.person_id = s.person_id
    and s.start_date <= v.start_date
    and s.start_date >= date_add(v.start_date, -r.screening_days)
  where s.answer = 'Depression Screening Positive'
),
plan as (
  select distinct
    p.person_id,
    p.event_id,
    v.tool
  from coded_procedure p
  cross join measurement_year y
  join positive_visit v
    on v.person_id = p.person_id
    and (
      p.start_date > v.start_date
      or (p.start_date = v.start_date and p.start_time >= v.start_time)
    )
    and (
      p.start_date < v.end_date
      or (p.start_date = v.end_date and p.start_time <= v.end_time)
    )
  where (
      (p.value_set = 'Follow Up for Adult Depression' and v.tool = 'adult')
      or (p.value_set = 'Follow Up for Adolescent Depression' and v.tool = 'adolescent')
    )
    and p.start_date >= y.first_day
    and p.start_date <= y.last_day
  union
  select distinct
    o.person_id,
    o.event_id,
    v.tool
  from coded_order o
  cross join measurement_year y
  cross join measure_134_rule r
  join positive_visit v
    on v.person_id = o.person_id
    and o.authored_date >= v.end_date
    and o.authored_date <= date_add(v.end_date, r.plan_days)
  left join positive_visit covered
    on covered.person_id = o.person_id
    and covered.tool = v.tool
    and o.supply_start_date <= covered.end_date
    and o.supply_end_date > covered.end_date
  where o.authored_date >= y.first_day
    and o.authored_date <= y.last_day
    and (
      (
        o.kind = 'service'
        and (
          (o.value_set = 'Referral for Adult Depression' and v.tool = 'adult')
          or (o.value_set = 'Referral for Adolescent Depression' and v.tool = 'adolescent')
        )
      )
      or (
        o.kind = 'medication'
        and o.is_ordered
        and (o.supply_start_date is null or covered.person_id is not null)
        and (
          (o.value_set = 'Adult Depression Medications' and v.tool = 'adult')
          or (o.value_set = 'Adolescent Depression Medications' and v.tool = 'adolescent')
        )
      )
    )
),
not_screened as (
  select distinct
    o.person_id,
    o.event_id,
    case when o.value_set = 'Adult Depression Screening' then 'adult' else 'adolescent' end as tool
  from coded_observation o
  join coded_event reason
    on reason.event_id = o.event_id
    and reason.field = 'observation_not_done'
    and reason.value_set in ('Depression Screening Declined', 'Medical Reason')
  join visit v
    on v.person_id = o.person_id
    and o.issued_date >= v.start_date
    and o.issued_date <= v.end_date
  where o.value_set in ('Adult Depression Screening', 'Adolescent Depression Screening')
    and o.status = 'cancelled'
)
select
  p.person_id,
  case
    when p.age_at_start < r.either_age then 'adolescent'
    when p.age_at_start = r.either_age then 'either'
    else 'adult'
  end as test,
  cast(null as bigint) as event_id
from measured_person p
cross join measure_134_rule r
where p.age_at_start >= r.youngest
union all
select
  person_id,
  'visit' as test,
  event_id
from visit
union all
select distinct
  c.person_id,
  'bipolar' as test,
  c.event_id
from coded_condition c
join visit v
  on v.person_id = c.person_id
  and c.prevails_from < v.start_date
where c.value_set = 'Bipolar Disorder'
  and c.is_problem
union all
select
  person_id,
  tool || '_screened' as test,
  event_id
from screening
union all
select
  person_id,
  tool || '_negative' as test,
  event_id
from latest
where answer = 'Depression Screening Negative'
union all
select
  person_id,
  tool || '_plan' as test,
  event_id
from plan
union all
select
  person_id,
  tool || '_not_screened' as test,
  event_id
from not_screened
