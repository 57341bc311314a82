-- purpose: index stays; another admission for a condition within 30 days is no new index
-- grain: one row a stay and measure
-- scope: person
-- inputs: index_test, readmission_rule
-- cite: CMS readmission measure methodology, additional admissions within 30 days
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   measure: readmission measure
--   cohort: cohort of the measure, for the hospital-wide measure the specialty
--   facility_ccn: CMS certification number of the facility
--   chain_number: number of the person's chain of stays joined by transfer
--   discharge_date: day of discharge
--   is_index: whether the stay is an index stay
--   reason: why it is no index stay; null for one that is
--
-- Hospital-wide, every stay that passes the tests is an index stay. For a condition the first is;
-- the next is the first admission more than 30 days after the discharge of the last index stay.
-- The engines share no recursion, so the next is followed by doubling: one step, then two, four ...
-- up to 64 index stays of a person and condition (more than five years of them without a gap).
-- Each step names the one before it once: an engine that writes a named select out wherever it is
-- named plans that in a third of the time of a union of those who stay and those who go on.
--
-- index_test                                    index_stay
-- | stay_id | chain_admission | discharge |  | stay_id | is_index | reason               |
-- | 1       | 03-01           | 03-05     |  | 1       | true     |                      |
-- | 2       | 03-20           | 03-25     |  | 2       | false    | WITHIN_30_DAYS_OF_.. |
-- | 3       | 04-10           | 04-12     |  | 3       | true     | (36 days after 1)    |
with candidate as (
  select
    i.person_id,
    i.measure,
    i.stay_id,
    i.chain_admission_date,
    i.discharge_date,
    row_number() over (
      partition by i.person_id, i.measure
      order by i.discharge_date nulls last, i.stay_id nulls last
    ) as number
  from index_test i
  where i.can_be_index
    and i.measure <> 'HOSPITAL_WIDE'
),
hop_1 as (
  select
    c.person_id,
    c.measure,
    c.number,
    min(n.number) as next_number
  from candidate c
  cross join readmission_rule r
  join candidate n
    on n.person_id = c.person_id
    and n.measure = c.measure
    and n.number > c.number
    and n.chain_admission_date > date_add(c.discharge_date, r.window_days)
  group by c.person_id, c.measure, c.number
),
hop_2 as (
  select
    a.person_id,
    a.measure,
    a.number,
    b.next_number
  from hop_1 a
  join hop_1 b
    on b.person_id = a.person_id
    and b.measure = a.measure
    and b.number = a.next_number
),
hop_4 as (
  select
    a.person_id,
    a.measure,
    a.number,
    b.next_number
  from hop_2 a
  join hop_2 b
    on b.person_id = a.person_id
    and b.measure = a.measure
    and b.number = a.next_number
),
hop_8 as (
  select
    a.person_id,
    a.measure,
    a.number,
    b.next_number
  from hop_4 a
  join hop_4 b
    on b.person_id = a.person_id
    and b.measure = a.measure
    and b.number = a.next_number
),
hop_16 as (
  select
    a.person_id,
    a.measure,
    a.number,
    b.next_number
  from hop_8 a
  join hop_8 b
    on b.person_id = a.person_id
    and b.measure = a.measure
    and b.number = a.next_number
),
hop_32 as (
  select
    a.person_id,
    a.measure,
    a.number,
    b.next_number
  from hop_16 a
  join hop_16 b
    on b.person_id = a.person_id
    and b.measure = a.measure
    and b.number = a.next_number
),
going as (
  select 0 as is_on
  union all
  select 1 as is_on
),
picked_1 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from candidate p
  cross join going g
  left join hop_1 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where p.number = 1
    and (g.is_on = 0 or h.next_number is not null)
),
picked_2 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from picked_1 p
  cross join going g
  left join hop_2 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where g.is_on = 0
    or h.next_number is not null
),
picked_4 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from picked_2 p
  cross join going g
  left join hop_4 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where g.is_on = 0
    or h.next_number is not null
),
picked_8 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from picked_4 p
  cross join going g
  left join hop_8 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where g.is_on = 0
    or h.next_number is not null
),
picked_16 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from picked_8 p
  cross join going g
  left join hop_16 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where g.is_on = 0
    or h.next_number is not null
),
picked_32 as (
  select
    p.person_id,
    p.measure,
    case when g.is_on = 1 then h.next_number else p.number end as number
  from picked_16 p
  cross join going g
  left join hop_32 h
    on g.is_on = 1
    and h.person_id = p.person_id
    and h.measure = p.measure
    and h.number = p.number
  where g.is_on = 0
    or h.next_number is not null
),
first_index as (
  select
    c.person_id,
    c.measure,
    c.stay_id
  from candidate c
  join picked_32 p
    on p.person_id = c.person_id
    and p.measure = c.measure
    and p.number = c.number
)
select
  i.person_id,
  i.stay_id,
  i.measure,
  i.cohort,
  i.facility_ccn,
  i.chain_number,
  i.discharge_date,
  i.can_be_index and (i.measure = 'HOSPITAL_WIDE' or f.stay_id is not null) as is_index,
  case
    when not i.can_be_index then i.reason
    when i.measure <> 'HOSPITAL_WIDE' and f.stay_id is null then 'WITHIN_30_DAYS_OF_AN_INDEX_STAY'
  end as reason
from index_test i
left join first_index f
  on f.person_id = i.person_id
  and f.measure = i.measure
  and f.stay_id = i.stay_id
