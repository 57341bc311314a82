-- purpose: live discharges of hospitals in the year, and how many came back unplanned in 30 days
-- grain: one row a hospital of discharge
-- scope: population
-- inputs: hospital_episode, discharge_end, care_date, care_rule
-- cite: 42 CFR 412.152, readmission; planned as hospital_episode tells it
-- columns:
--   facility_ccn: CMS certification number of the hospital
--   discharges: live discharges home or to other care, followed for 30 days
--   readmissions: of these, how many were followed by an unplanned admission in 30 days
--
-- A transfer answers for no discharge.
--
-- hospital_episode                       facility_readmission
-- | facility | discharge | next       |  | facility | discharges | readmissions |
-- | A        | 03-05     | 03-20 (em) |  | A        | 1          | 1            |
with ended as (
  select
    e.*,
    lead(e.admission_date) over (
      partition by e.person_id
      order by e.admission_date nulls last, e.episode_number nulls last
    ) as next_admission,
    lead(e.is_unplanned) over (
      partition by e.person_id
      order by e.admission_date nulls last, e.episode_number nulls last
    ) as next_is_unplanned
  from hospital_episode e
  join care_date d
    on d.as_of = e.as_of
    and d.is_today
)
select
  coalesce(e.facility_ccn, '') as facility_ccn,
  count(*) as discharges,
  cast(sum(
    case
      when e.next_is_unplanned
        and e.next_admission <= date_add(e.discharge_date, r.readmission_days) then 1
      else 0
    end
  ) as bigint) as readmissions
from ended e
cross join care_rule r
left join discharge_end f
  on f.discharge_disposition_code = e.discharge_disposition_code
  and f.meaning in ('DIED', 'TRANSFERRED')
where e.is_discharged
  and f.meaning is null
  and date_add(e.discharge_date, r.readmission_days) <= e.as_of
  and e.discharge_date > add_months(e.as_of, 0 - r.spending_months)
group by coalesce(e.facility_ccn, '')
