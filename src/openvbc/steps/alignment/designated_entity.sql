-- purpose: whom a person's designation in force at each start of alignment names
-- grain: one row a person and start of alignment with a designation made before it
-- scope: population
-- inputs: designation, person_identifier, participant, alignment_start, alignment_term
-- cite: ACO REACH voluntary alignment (signed attestation or MyMedicare.gov)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   start_month: month of the performance year from which alignment may start
--   designated_on: day of the designation, the last one before the start
--   is_to_entity: whether it names a participant of the entity of the contract
--
-- Of designations of one day the one of the later row counts.
--
-- designation                        designated_entity
-- | member_id | designated_on | tin  | | person_id | start_month | is_to_entity |
-- | M1        | 2022-11-02    | own  | | P1        |           1 | true         |
with own as (
  select p.tin, p.npi
  from participant p
  join alignment_term t
    on t.performance_year = p.performance_year
    and t.entity_id = p.aco_id
  where p.tin is not null
),
matched as (
  select d.row_number, max(case when o.tin is not null then 1 else 0 end) as is_own
  from designation d
  left join own o
    on (d.tin = o.tin and (o.npi is null or d.npi is null or d.npi = o.npi))
    or (d.tin is null and d.npi = o.npi)
  group by d.row_number
),
ranked as (
  select
    coalesce(i.person_id, d.member_id) as person_id,
    s.month_number as start_month,
    d.designated_on,
    m.is_own,
    row_number() over (
      partition by coalesce(i.person_id, d.member_id), s.month_number
      order by d.designated_on desc nulls last, d.row_number desc nulls last
    ) as place
  from designation d
  join matched m on m.row_number = d.row_number
  join alignment_start s on d.designated_on < s.first_day
  left join person_identifier i on i.member_id = d.member_id
)
select
  person_id,
  start_month,
  designated_on,
  is_own = 1 as is_to_entity
from ranked
where place = 1
