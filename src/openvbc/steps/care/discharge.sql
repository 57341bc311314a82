-- purpose: discharges from claims and from announcements of hospitals, one row each
-- grain: one row a person, setting and stay, as known today
-- scope: person
-- inputs: hospital_episode, stay, institutional_claim, care_claim, institutional_line,
--         service_code, announced_stay, person_identifier, person, care_date
-- cite: CMS transitional care management: inpatient, skilled nursing and observation discharges
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   setting: INPATIENT, SKILLED_NURSING or OBSERVATION
--   source: CLAIM, MESSAGE or BOTH
--   admission_date: day of admission
--   discharge_date: day of discharge, as it was announced where it was
--   is_discharged: whether the stay has ended
--   facility: certification number of the facility, else the name a message gives
--   discharge_disposition_code: discharge status code
--   primary_diagnosis_code: principal diagnosis
--   drg_code: MS-DRG
--   episode_number: number of the hospital episode; null where no claim of it is known
--   evidence_claim: the claim, else the message
--   known_on: first day on which the discharge was known
--
-- A claim and a message tell of one stay when their days overlap.
--
-- hospital_episode      announced_stay                     discharge
-- | 03-01 | 03-05 |     | 03-01 | 03-05 | known 03-05 |    | 03-05 | BOTH | known 03-05 |
with claimed as (
  select
    e.person_id,
    'INPATIENT' as setting,
    e.admission_date,
    e.discharge_date,
    e.is_discharged,
    e.facility_ccn as facility,
    e.discharge_disposition_code,
    e.primary_diagnosis_code,
    e.drg_code,
    e.episode_number,
    e.evidence_claim,
    e.known_on
  from hospital_episode e
  join care_date d
    on d.as_of = e.as_of
    and d.is_today
  union all
  select
    s.person_id,
    s.setting,
    s.admission_date,
    s.discharge_date,
    s.is_discharged,
    s.facility_ccn as facility,
    s.discharge_disposition_code,
    s.primary_diagnosis_code,
    s.drg_code,
    cast(null as bigint) as episode_number,
    s.stay_id as evidence_claim,
    coalesce(c.load_date, c.claim_end_date) as known_on
  from stay s
  join care_date d
    on d.as_of = s.known_by
    and d.is_today
  join institutional_claim c
    on c.person_id = s.person_id
    and c.claim_id = s.stay_id
  where s.setting = 'SKILLED_NURSING'
  union all
  select
    c.person_id,
    'OBSERVATION' as setting,
    min(i.claim_start_date) as admission_date,
    c.end_date as discharge_date,
    true as is_discharged,
    max(i.facility_ccn) as facility,
    max(i.discharge_disposition_code) as discharge_disposition_code,
    max(i.primary_diagnosis_code) as primary_diagnosis_code,
    cast(null as string) as drg_code,
    cast(null as bigint) as episode_number,
    c.claim_id as evidence_claim,
    c.known_on
  from care_claim c
  join institutional_line l
    on l.person_id = c.person_id
    and l.claim_id = c.claim_id
  join service_code s
    on s.service = 'OBSERVATION'
    and s.code = l.revenue_center_code
  join institutional_claim i
    on i.person_id = c.person_id
    and i.claim_id = c.claim_id
  join care_date d
    on d.is_today
    and c.known_on <= d.as_of
    and c.end_date <= d.as_of
    and (c.withdrawn_on is null or c.withdrawn_on > d.as_of)
  where c.setting = 'OP'
    and not exists (
      select 1
      from hospital_episode e
      where e.person_id = c.person_id
        and e.as_of = d.as_of
        and e.admission_date <= date_add(c.end_date, 1)
        and e.discharge_date >= i.claim_start_date
    )
  group by c.person_id, c.claim_id, c.end_date, c.known_on
),
announced as (
  select
    p.person_id,
    a.setting,
    a.admission_date,
    a.discharge_date,
    a.discharge_date is not null as is_discharged,
    a.facility,
    a.discharge_disposition_code,
    a.primary_diagnosis_code,
    a.message,
    a.known_on
  from announced_stay a
  join person_identifier i on i.member_id = a.member_id
  join person p on p.person_id = i.person_id
  join care_date d
    on d.is_today
    and a.known_on <= d.as_of
  where a.setting <> 'EMERGENCY'
),
paired as (
  select
    c.*,
    a.discharge_date as announced_date,
    a.known_on as announced_on,
    a.message,
    row_number() over (
      partition by c.person_id, c.setting, c.admission_date, c.evidence_claim
      order by a.known_on nulls last, a.message nulls last
    ) as place
  from claimed c
  left join announced a
    on a.person_id = c.person_id
    and a.setting = c.setting
    and a.admission_date <= c.discharge_date
    and coalesce(a.discharge_date, c.discharge_date) >= c.admission_date
)
select
  person_id,
  setting,
  case when message is null then 'CLAIM' else 'BOTH' end as source,
  admission_date,
  coalesce(announced_date, discharge_date) as discharge_date,
  is_discharged or announced_date is not null as is_discharged,
  facility,
  discharge_disposition_code,
  primary_diagnosis_code,
  drg_code,
  episode_number,
  evidence_claim,
  least(known_on, coalesce(announced_on, known_on)) as known_on
from paired
where place = 1
union all
select
  a.person_id,
  a.setting,
  'MESSAGE' as source,
  a.admission_date,
  a.discharge_date,
  a.is_discharged,
  a.facility,
  a.discharge_disposition_code,
  a.primary_diagnosis_code,
  cast(null as string) as drg_code,
  cast(null as bigint) as episode_number,
  a.message as evidence_claim,
  a.known_on
from announced a
where not exists (
  select 1
  from claimed c
  where c.person_id = a.person_id
    and c.setting = a.setting
    and a.admission_date <= c.discharge_date
    and coalesce(a.discharge_date, c.discharge_date) >= c.admission_date
)
