-- purpose: discharges to follow up: what is due by when, and how far it is
-- grain: one row a discharge, in exactly one state
-- scope: person
-- inputs: discharge, person, person_owner, person_contact, professional_line,
--         service_code, discharge_end, contact_due, discharge_score, care_date, care_rule
-- cite: CMS transitional care management: contact in two business days, visit in 7 or 14 days
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   setting: INPATIENT, SKILLED_NURSING or OBSERVATION
--   facility: certification number of the facility, else the name a message gives
--   admission_date: day of admission
--   discharge_date: day of discharge
--   discharge_disposition_code: discharge status code
--   primary_diagnosis_code: principal diagnosis
--   drg_code: MS-DRG
--   state: NEW, LATE_KNOWLEDGE, ATTEMPT_1, ATTEMPT_2, UNREACHABLE, CONTACTED, VISIT_SCHEDULED,
--     VISITED, BILLED, or CLOSED and why
--   contact_due: day by which the person is reached
--   visit_due_7: day by which a person of high complexity is seen
--   visit_due_14: day by which the person is seen
--   reconciliation_due: day by which medications are reconciled
--   readmission_by: last day on which another admission is a readmission
--   next_due: what of these comes next; null where nothing is due
--   attempts: contacts of the log that did not reach the person
--   contact_date: first day on which the person was reached
--   visit_date: first office visit after the discharge
--   billed_code: code of transitional care management that was billed
--   lace: LACE of the discharge; null where no claim of it is known
--   lace_length_of_stay: its points for days
--   lace_acute: its points for an acute admission
--   lace_comorbidity: its points for comorbidity
--   lace_emergency: its points for emergency visits
--   source: CLAIM, MESSAGE or BOTH
--   known_on: first day on which the discharge was known
--   evidence_claim: the claim, else the message
--
-- discharge                   transition
-- | discharge | setting    |  | contact_due | visit_due_14 | state |
-- | Fr 03-01  | INPATIENT  |  | Tu 03-05    | 03-15        | NEW   |
with ended as (
  select
    x.*,
    d.as_of,
    date_add(x.discharge_date, r.readmission_days) as readmission_by
  from discharge x
  cross join care_rule r
  join care_date d on d.is_today
  where x.is_discharged
    and x.discharge_date <= d.as_of
    and (
      date_add(x.discharge_date, r.readmission_days) >= d.as_of
      or date_add(x.known_on, r.readmission_days) >= d.as_of
    )
),
logged as (
  select
    e.person_id,
    e.setting,
    e.admission_date,
    e.evidence_claim,
    cast(sum(case when k.outcome = 'NOT_REACHED' then 1 else 0 end) as bigint) as attempts,
    min(case when k.outcome in ('REACHED', 'VISIT_SCHEDULED') then k.contact_date end)
      as contact_date,
    max(case when k.outcome = 'VISIT_SCHEDULED' then 1 else 0 end) as scheduled,
    max(case when k.outcome = 'CLOSED' then 1 else 0 end) as closed
  from ended e
  join person_contact k
    on k.person_id = e.person_id
    and k.contact_date >= e.discharge_date
    and k.contact_date <= e.readmission_by
    and k.contact_date <= e.as_of
    and (k.discharge_date is null or k.discharge_date = e.discharge_date)
  group by e.person_id, e.setting, e.admission_date, e.evidence_claim
),
seen as (
  select
    e.person_id,
    e.setting,
    e.admission_date,
    e.evidence_claim,
    min(l.claim_line_start_date) as visit_date,
    min(case when s.service = 'TRANSITION' then l.hcpcs_code end) as billed_code
  from ended e
  join professional_line l
    on l.person_id = e.person_id
    and l.claim_line_start_date > e.discharge_date
    and l.claim_line_start_date <= e.readmission_by
    and coalesce(l.load_date, l.claim_end_date) <= e.as_of
    and l.sign = 1
    and not l.is_denied
  join service_code s
    on s.code = l.hcpcs_code
    and s.service in ('OFFICE_VISIT', 'TRANSITION')
  group by e.person_id, e.setting, e.admission_date, e.evidence_claim
),
again as (
  select distinct
    e.person_id,
    e.setting,
    e.admission_date,
    e.evidence_claim
  from ended e
  join discharge n
    on n.person_id = e.person_id
    and n.setting = 'INPATIENT'
    and n.admission_date > e.discharge_date
    and n.admission_date <= e.readmission_by
    and n.admission_date <= e.as_of
),
lace as (
  select
    s.person_id,
    s.episode_number,
    cast(sum(s.points) as int) as lace,
    cast(sum(case when s.part = 'LENGTH_OF_STAY' then s.points end) as int) as length_of_stay,
    cast(sum(case when s.part = 'ACUTE_ADMISSION' then s.points end) as int) as acute,
    cast(sum(case when s.part = 'COMORBIDITY' then s.points end) as int) as comorbidity,
    cast(sum(case when s.part = 'EMERGENCY_VISITS' then s.points end) as int) as emergency
  from discharge_score s
  join care_date d
    on d.as_of = s.as_of
    and d.is_today
  where s.score = 'LACE'
  group by s.person_id, s.episode_number
),
told as (
  select
    e.*,
    c.contact_due,
    date_add(e.discharge_date, r.early_visit_days) as visit_due_7,
    date_add(e.discharge_date, r.visit_days) as visit_due_14,
    date_add(e.discharge_date, r.reconciliation_days) as reconciliation_due,
    coalesce(k.attempts, 0) as attempts,
    k.contact_date,
    v.visit_date,
    v.billed_code,
    a.lace,
    a.length_of_stay,
    a.acute,
    a.comorbidity,
    a.emergency,
    o.owner,
    case
      when f.meaning = 'DIED' or p.death_date <= e.as_of then 'CLOSED: died'
      when f.meaning = 'HOSPICE' then 'CLOSED: hospice'
      when f.meaning = 'SKILLED_NURSING' then 'CLOSED: skilled nursing'
      when f.meaning = 'TRANSFERRED' then 'CLOSED: transferred'
      when n.person_id is not null then 'CLOSED: readmitted'
      when o.person_id is null then 'CLOSED: not of the panel'
      when k.closed = 1 then 'CLOSED: by the log'
      when v.billed_code is not null then 'BILLED'
      when v.visit_date is not null then 'VISITED'
      when k.scheduled = 1 then 'VISIT_SCHEDULED'
      when k.contact_date is not null then 'CONTACTED'
      when e.readmission_by < e.as_of then 'CLOSED: window over'
      when k.attempts >= r.unreachable_attempts then 'UNREACHABLE'
      when k.attempts = 2 then 'ATTEMPT_2'
      when k.attempts = 1 then 'ATTEMPT_1'
      when e.known_on > c.contact_due then 'LATE_KNOWLEDGE'
      else 'NEW'
    end as state
  from ended e
  cross join care_rule r
  join person p on p.person_id = e.person_id
  join contact_due c on c.discharge_date = e.discharge_date
  left join discharge_end f on f.discharge_disposition_code = e.discharge_disposition_code
  left join person_owner o on o.person_id = e.person_id
  left join logged k
    on k.person_id = e.person_id
    and k.setting = e.setting
    and k.admission_date = e.admission_date
    and k.evidence_claim = e.evidence_claim
  left join seen v
    on v.person_id = e.person_id
    and v.setting = e.setting
    and v.admission_date = e.admission_date
    and v.evidence_claim = e.evidence_claim
  left join again n
    on n.person_id = e.person_id
    and n.setting = e.setting
    and n.admission_date = e.admission_date
    and n.evidence_claim = e.evidence_claim
  left join lace a
    on a.person_id = e.person_id
    and a.episode_number = e.episode_number
)
select
  person_id,
  coalesce(owner, 'nobody') as owner,
  setting,
  facility,
  admission_date,
  discharge_date,
  discharge_disposition_code,
  primary_diagnosis_code,
  drg_code,
  state,
  contact_due,
  visit_due_7,
  visit_due_14,
  reconciliation_due,
  readmission_by,
  case
    when state in ('NEW', 'LATE_KNOWLEDGE', 'ATTEMPT_1', 'ATTEMPT_2') then contact_due
    when state in ('CONTACTED', 'UNREACHABLE', 'VISIT_SCHEDULED') then visit_due_14
    when state in ('VISITED', 'BILLED') then reconciliation_due
  end as next_due,
  attempts,
  contact_date,
  visit_date,
  billed_code,
  lace,
  length_of_stay as lace_length_of_stay,
  acute as lace_acute,
  comorbidity as lace_comorbidity,
  emergency as lace_emergency,
  source,
  known_on,
  evidence_claim
from told
