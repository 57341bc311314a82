-- purpose: where a person lived month by month; the span that started last holds
-- grain: one row a person, calendar year and county
with ranked as (
  select
    person_id,
    calendar_year,
    bit,
    county,
    row_number() over (
      partition by person_id, calendar_year, month
      order by start_date desc, county) as place
  from coverage_month
  where county is not null
)
select
  r.person_id,
  r.calendar_year,
  r.county,
  case when r.county = 'FOREIGN' then false when u.fips is not null then true end
    as in_united_states,
  cast(bit_or(r.bit) as int) as month_mask
from ranked r
left join united_states u on u.fips = substr(r.county, 1, 2)
where r.place = 1
group by r.person_id, r.calendar_year, r.county, u.fips
