-- purpose: tasks of the checklists of a person's cohorts, and when each is due
-- grain: one row a person, cohort and task
-- scope: person
-- inputs: cohort_member, protocol, person_contact
-- cite: checklists of this program or of a contract
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   cohort: the cohort
--   task: what is to be done
--   kind: medications, education, monitoring or what a contract says
--   last_done: last day on which the log says it was done
--   due: day by which it is done: so many days after the last time, else after entering the cohort
--   evidence_claim: the claim that puts the person into the cohort
--
-- cohort_member           protocol               protocol_task
-- | cohort | first_date | | task | first_due |   | task | due   |
-- | COPD   | 01-01      | | t    | 30        |   | t    | 01-31 |
with done as (
  select
    person_id,
    task,
    max(contact_date) as last_done
  from person_contact
  where task is not null
    and outcome = 'REACHED'
  group by person_id, task
)
select
  m.person_id,
  m.owner,
  m.cohort,
  p.task,
  p.kind,
  d.last_done,
  case
    when d.last_done is null then date_add(m.first_date, p.first_due_days)
    else date_add(d.last_done, p.every_days)
  end as due,
  m.evidence_claim
from cohort_member m
join protocol p on p.cohort = m.cohort
left join done d
  on d.person_id = m.person_id
  and d.task = p.task
where d.last_done is null
  or p.every_days is not null
