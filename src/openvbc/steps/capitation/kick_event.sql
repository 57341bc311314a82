-- purpose: the events that the payer pays once beside the rate, for example a delivery
-- grain: one row a person, event and number
-- scope: person
-- inputs: capitated_month, capitation_month, capitation_term, kick_payment, kick_code,
--   institutional_claim, professional_line
-- cite: the contract's clause on kick payments
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   event: the event as the contract names it
--   event_number: which of the person's events of this kind, from 1
--   month_number: the month its first claim is of, from 1
--   first_day: the day of its first claim
--   claims: claims that say so
--   amount: what it is paid (USD)
--
-- A claim stands where it was billed more often than taken back, as far as is known. A claim at
-- most the agreed days after the one before is of the same event. An event counts where its first
-- claim lies in a month of membership.
--
-- institutional_claim (807 is of a delivery)    kick_event
-- | person_id | drg_code | claim_start_date |   | event    | event_number | amount  |
-- | P1        | 807      | 2025-03-04       |   | delivery |            1 | 8500.00 |
with written as (
  select
    person_id,
    natural_key,
    'MS_DRG' as code_kind,
    drg_code as code,
    sign,
    claim_start_date as happened_on,
    coalesce(load_date, claim_end_date) as known_on
  from institutional_claim
  where not is_denied
  union all
  select
    person_id,
    natural_key,
    'PROCEDURE' as code_kind,
    hcpcs_code as code,
    sign,
    claim_line_start_date as happened_on,
    coalesce(load_date, claim_line_end_date, claim_end_date) as known_on
  from professional_line
  where not is_denied
),
standing as (
  select
    w.person_id,
    c.event,
    w.natural_key,
    min(w.happened_on) as happened_on
  from written w
  join kick_code c
    on c.code_kind = w.code_kind
    and c.code = w.code
  cross join capitation_term y
  where w.known_on <= y.known_by
  group by w.person_id, c.event, w.natural_key
  having cast(sum(w.sign) as bigint) > 0
),
followed as (
  select
    s.person_id,
    s.event,
    s.natural_key,
    s.happened_on,
    lag(s.happened_on) over (
      partition by s.person_id, s.event
      order by s.happened_on nulls last, s.natural_key nulls last
    ) as before
  from standing s
),
numbered as (
  select
    f.person_id,
    f.event,
    f.happened_on,
    p.amount,
    cast(
      sum(case
        when f.before is null or f.happened_on > date_add(f.before, p.days) then 1
        else 0 end) over (
        partition by f.person_id, f.event
        order by f.happened_on nulls last, f.natural_key nulls last
        rows between unbounded preceding and current row
      ) as bigint) as event_number
  from followed f
  join kick_payment p on p.event = f.event
),
event_of_person as (
  select
    person_id,
    event,
    event_number,
    amount,
    min(happened_on) as first_day,
    count(*) as claims
  from numbered
  group by person_id, event, event_number, amount
)
select
  e.person_id,
  e.event,
  cast(e.event_number as int) as event_number,
  m.month_number,
  e.first_day,
  cast(e.claims as int) as claims,
  e.amount
from event_of_person e
join capitation_month t
  on e.first_day >= t.first_day
  and e.first_day <= t.last_day
join capitated_month m
  on m.person_id = e.person_id
  and m.month_number = t.month_number
