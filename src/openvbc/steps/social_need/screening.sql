-- purpose: who answered an instrument whole in the months before the day asked for
-- grain: one row a person and instrument with an answer in those months
-- scope: person
-- inputs: screening_answer, instrument_item, person, equity_setting
-- cite: rules/social_need/instrument_item.csv: the items that make an instrument whole
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   instrument: the instrument
--   is_complete: whether every core item was answered or declined on one day
--   screening_date: last day of a complete one; else of any
--   items: core items answered on that day
--
-- screening_answer                         screening
-- | instrument | code    | date       |    | instrument | is_complete |
-- | AHC-HRSN   | 88122-7 | 2024-01-10 |    | AHC-HRSN   | false       |
with core as (
  select instrument, count(distinct code) as items
  from instrument_item
  where is_core
  group by instrument
),
day_of as (
  select
    a.person_id,
    a.instrument,
    a.screening_date,
    count(distinct a.code) as items
  from screening_answer a
  join person p on p.person_id = a.person_id
  join instrument_item i
    on i.instrument = a.instrument
    and i.code = a.code
    and i.is_core
  cross join equity_setting s
  where a.screening_date <= s.as_of
    and a.screening_date > add_months(s.as_of, -s.screening_months)
  group by a.person_id, a.instrument, a.screening_date
),
ranked as (
  select
    d.*,
    d.items >= c.items as is_complete,
    row_number() over (
      partition by d.person_id, d.instrument
      order by d.items >= c.items desc nulls last, d.screening_date desc nulls last
    ) as place
  from day_of d
  join core c on c.instrument = d.instrument
)
select person_id, instrument, is_complete, screening_date, items
from ranked
where place = 1
