-- purpose: whose a person's total costs are, and what was paid in the days that count
-- grain: one row a person and taxpayer number with a candidate event
-- scope: person
-- inputs: candidate_event, paid_day, measured_day, cost_rule
-- cite: Total per capita cost measure of MIPS (an estimate: not standardised, not risk adjusted)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: taxpayer number the costs are attributed to
--   npi: its clinician with most candidate events; the first by number where several have as many
--   events: candidate events of the taxpayer number
--   first_day: first day of the year that counts
--   days: days of the year that count
--   paid_amount: what Medicare paid on those days (USD)
--
-- A candidate event opens a window of days; the days of the measurement year in any window of a
-- taxpayer number count for it. Several numbers may have the same person.
--
-- candidate_event                          attributed_person
-- | tin | npi | event_date |               | tin | npi | events | first_day  | days |
-- | 1   | x   | 2024-03-01 |               | 1   | x   |      1 | 2024-03-01 |  306 |
with opened as (
  select
    e.person_id, e.tin, e.npi, e.event_date,
    greatest(e.event_date, r.first_day) as from_day,
    least(date_add(e.event_date, r.window_days - 1), r.last_day) as to_day
  from candidate_event e
  cross join cost_rule r
  where e.event_date <= r.last_day
    and date_add(e.event_date, r.window_days - 1) >= r.first_day
),
day_of_window as (
  select distinct o.person_id, o.tin, d.day
  from opened o
  join measured_day d
    on d.day >= o.from_day
    and d.day <= o.to_day
),
counted as (
  select person_id, tin, min(day) as first_day, count(*) as days
  from day_of_window
  group by person_id, tin
),
spent as (
  select w.person_id, w.tin, cast(sum(p.paid_amount) as decimal(18,2)) as paid_amount
  from day_of_window w
  join paid_day p
    on p.person_id = w.person_id
    and p.day = w.day
  group by w.person_id, w.tin
),
by_clinician as (
  select person_id, tin, npi, count(*) as events
  from opened
  group by person_id, tin, npi
),
most as (
  select
    person_id, tin, npi,
    row_number() over (
      partition by person_id, tin order by events desc nulls last, npi nulls last
    ) as place
  from by_clinician
),
of_number as (
  select person_id, tin, cast(sum(events) as bigint) as events
  from by_clinician
  group by person_id, tin
)
select
  c.person_id, c.tin, m.npi, n.events, c.first_day, c.days,
  cast(coalesce(s.paid_amount, 0) as decimal(18,2)) as paid_amount
from counted c
join most m
  on m.person_id = c.person_id
  and m.tin = c.tin
  and m.place = 1
join of_number n
  on n.person_id = c.person_id
  and n.tin = c.tin
left join spent s
  on s.person_id = c.person_id
  and s.tin = c.tin
