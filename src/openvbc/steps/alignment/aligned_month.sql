-- purpose: the months that count for each aligned person, with what the benchmark needs of them
-- grain: one row a person, period and month
-- scope: person
-- inputs: alignment, alignment_eligibility, alignment_period, alignment_month, enrollment,
--   residence, rate_book, equity_person
-- cite: ACO REACH financial operating guide (aligned months by county and entitlement)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3
--   month_number: the month of the year, 1 is January
--   alignment: VOLUNTARY or CLAIMS
--   entitlement: AGED_DISABLED or ESRD; null where no enrolment tells it
--   county: FIPS county of residence; null where none is known
--   rate: the rate book's amount of the county (USD a month); null where it has none
--   stop_loss_charge: the county's charge for stop-loss (USD a month); null where it has none
--   equity_group: ADDED or TAKEN in the health equity adjustment; null for neither
--
-- alignment                                 aligned_month
-- | person_id | first_month |               | person_id | month_number | entitlement   |
-- | P1        |          11 |               | P1        |           11 | AGED_DISABLED |
--                                           | P1        |           12 | ESRD          |
with months as (
  select
    a.person_id,
    a.period,
    p.calendar_year,
    p.is_performance_year,
    m.month_number,
    m.bit,
    a.alignment
  from alignment a
  join alignment_eligibility e on e.person_id = a.person_id and e.period = a.period
  join alignment_period p on p.period = a.period
  join alignment_month m
    on m.period = a.period
    and m.month_number >= a.first_month
    and (e.eligible_mask & m.bit) <> 0
  where a.is_aligned
),
entitled as (
  select
    m.person_id,
    m.period,
    m.is_performance_year,
    m.month_number,
    m.alignment,
    max(case
      when n.enrollment_type = 'ESRD' then 'ESRD'
      when n.enrollment_type is not null then 'AGED_DISABLED'
    end) as entitlement,
    min(r.county) as county
  from months m
  left join enrollment n
    on n.person_id = m.person_id
    and n.calendar_year = m.calendar_year
    and (n.month_mask & m.bit) <> 0
  left join residence r
    on r.person_id = m.person_id
    and r.calendar_year = m.calendar_year
    and (r.month_mask & m.bit) <> 0
  group by m.person_id, m.period, m.is_performance_year, m.month_number, m.alignment
)
select
  e.person_id,
  e.period,
  e.month_number,
  e.alignment,
  e.entitlement,
  e.county,
  b.rate,
  b.stop_loss_charge,
  q.equity_group
from entitled e
left join rate_book b
  on b.county = e.county
  and b.entitlement = e.entitlement
  and e.is_performance_year
left join equity_person q on q.person_id = e.person_id and e.is_performance_year
