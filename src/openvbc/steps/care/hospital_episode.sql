-- purpose: hospital stays joined over transfers, as known by a date
-- grain: one row an as-of date and chain of stays; the last stay answers for the discharge
-- scope: person
-- inputs: stay, institutional_claim, admission_type, planned_stay, care_rule
-- cite: CMS readmission measure methodology, transfers between acute hospitals
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   episode_number: number of the chain within person and as-of date, from 1
--   admission_date: day of the first admission
--   discharge_date: day of the last discharge
--   is_discharged: whether the last stay has ended
--   stays: hospital stays of the chain
--   facility_ccn: CMS certification number of the hospital of the last discharge
--   discharge_disposition_code: discharge status code of the last discharge
--   primary_diagnosis_code: principal diagnosis of the last stay
--   drg_code: MS-DRG of the last stay
--   is_unplanned: whether the first admission was not planned: by the lists of planned care where
--     they are given and judge the stay, else by its type (not elective; unknown is unplanned)
--   is_type_known: whether lists or the claim say how the person was admitted
--   evidence_claim: the claim of the last bill of the last stay
--   known_on: first day on which that claim was known
--
-- A stay continues the one before if it began in another hospital within the days of a transfer,
-- or in the same hospital on the day of discharge.
--
-- stay                                               hospital_episode
-- | stay_id | facility | admission | discharge |  | admission | discharge | stays |
-- | 1       | A        | 03-01     | 03-03     |  | 03-01     | 03-09     | 2     |
-- | 2       | B        | 03-04     | 03-09     |
with ordered as (
  select
    s.known_by,
    s.person_id,
    s.stay_id,
    s.facility_ccn,
    s.admission_date,
    s.discharge_date,
    s.is_discharged,
    s.discharge_disposition_code,
    s.primary_diagnosis_code,
    s.drg_code,
    lag(s.facility_ccn) over (
      partition by s.known_by, s.person_id
      order by s.admission_date nulls last, s.discharge_date nulls last, s.stay_id nulls last
    ) as facility_before,
    max(s.discharge_date) over (
      partition by s.known_by, s.person_id
      order by s.admission_date nulls last, s.discharge_date nulls last, s.stay_id nulls last
      rows between unbounded preceding and 1 preceding
    ) as discharge_before
  from stay s
  where s.setting = 'INPATIENT'
),
begun as (
  select
    o.*,
    case
      when o.discharge_before is null then 1
      when o.facility_before <> o.facility_ccn
        and datediff(o.admission_date, o.discharge_before) <= r.transfer_days then 0
      when o.admission_date <= o.discharge_before then 0
      else 1
    end as begins
  from ordered o
  cross join care_rule r
),
numbered as (
  select
    *,
    cast(sum(begins) over (
      partition by known_by, person_id
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
      rows between unbounded preceding and current row
    ) as bigint) as episode_number
  from begun
),
ranked as (
  select
    *,
    row_number() over (
      partition by known_by, person_id, episode_number
      order by admission_date nulls last, discharge_date nulls last, stay_id nulls last
    ) as place,
    row_number() over (
      partition by known_by, person_id, episode_number
      order by discharge_date desc nulls last, admission_date desc nulls last,
        stay_id desc nulls last
    ) as place_from_end,
    min(admission_date) over (
      partition by known_by, person_id, episode_number
    ) as first_admission,
    count(*) over (partition by known_by, person_id, episode_number) as stays
  from numbered
),
first_stay as (
  select
    f.known_by,
    f.person_id,
    f.episode_number,
    coalesce(not p.is_planned, t.is_unplanned, true) as is_unplanned,
    coalesce(not p.is_planned, t.is_unplanned) is not null as is_type_known
  from ranked f
  join institutional_claim c
    on c.person_id = f.person_id
    and c.claim_id = f.stay_id
  left join admission_type t on t.admit_type_code = c.admit_type_code
  left join planned_stay p
    on p.person_id = f.person_id
    and p.stay_id = f.stay_id
  where f.place = 1
)
select
  l.known_by as as_of,
  l.person_id,
  l.episode_number,
  l.first_admission as admission_date,
  l.discharge_date,
  l.is_discharged,
  l.stays,
  l.facility_ccn,
  l.discharge_disposition_code,
  l.primary_diagnosis_code,
  l.drg_code,
  f.is_unplanned,
  f.is_type_known,
  l.stay_id as evidence_claim,
  coalesce(c.load_date, c.claim_end_date) as known_on
from ranked l
join institutional_claim c
  on c.person_id = l.person_id
  and c.claim_id = l.stay_id
join first_stay f
  on f.known_by = l.known_by
  and f.person_id = l.person_id
  and f.episode_number = l.episode_number
where l.place_from_end = 1
