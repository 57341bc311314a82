-- purpose: what CCLF8 says of people, without the rows that only repeat it
-- grain: some of the staged rows, as they are
-- Most snapshots say what the one before said. A row is left out if the next one of its person says
-- the same of who that is and of the death, and the one before the same of coverage: then neither
-- the newest statement nor the months change. Snapshots that give a person several rows stay. What
-- is left of rows, with later ones added, gives what is left of all.
with told as (
  select
    *,
    row(birth_date, sex, race, original_reason_entitlement_code, death_date) as who,
    row(
      county, buy_in_code, medicare_status_code, dual_status_code,
      part_a_start_date, part_b_start_date,
      coalesce(
        part_a_start_date <= date_add(cast(date_trunc('month', delivery_date) as date), 30), true),
      coalesce(
        part_b_start_date <= date_add(cast(date_trunc('month', delivery_date) as date), 30), true)
    ) as cover,
    count(*) over (partition by person_id, delivery_date) as rows_of_day
  from demographics_rows
),
beside as (
  select
    *,
    lead(who) over (partition by person_id order by delivery, source_line, source_file) as next_who,
    lag(cover) over (
      partition by person_id order by delivery, source_line, source_file) as last_cover,
    lag(delivery_date) over (
      partition by person_id order by delivery, source_line, source_file) as last_day,
    lag(rows_of_day) over (
      partition by person_id order by delivery, source_line, source_file) as last_rows_of_day
  from told
)
select * exclude (who, cover, rows_of_day, next_who, last_cover, last_day, last_rows_of_day)
from beside
where not coalesce(
  who = next_who
  and cover = last_cover
  and last_day is not null
  and rows_of_day = 1
  and last_rows_of_day = 1,
  false)
