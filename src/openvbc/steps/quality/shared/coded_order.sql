-- purpose: orders of services, devices and medications of the value sets that stand
-- grain: one row an order and value set
-- scope: person
-- inputs: request, medication, coded_event
-- cite: Status library 1.15.000, orders
-- made: once a bucket
-- columns:
--   person_id: the person
--   event_id: number of the record
--   kind: service, device or medication
--   value_set: name of the value set
--   status: active or completed
--   is_ordered: its intent is an order, not a plan or proposal
--   authored_date: day of the order
--   supply_start_date: first day the supply of a medication covers
--   supply_end_date: last day the supply of a medication covers
--
-- An order that says not to do it is no order.
-- request:    A | 11 | device | active | order | 2026-04-01     coded: 11 | Frailty Device
-- the result: A | 11 | device | Frailty Device | active | 2026-04-01
with stated as (
  select
    person_id,
    event_id,
    kind,
    status,
    intent,
    is_not_to_be_done,
    authored_date,
    cast(null as date) as supply_start_date,
    cast(null as date) as supply_end_date
  from request
  union all
  select
    person_id,
    event_id,
    'medication' as kind,
    status,
    intent,
    is_not_to_be_done,
    authored_date,
    supply_start_date,
    supply_end_date
  from medication
)
select
  o.person_id,
  o.event_id,
  o.kind,
  v.value_set,
  o.status,
  coalesce(
    o.intent in ('order', 'original-order', 'reflex-order', 'filler-order', 'instance-order'),
    false
  ) as is_ordered,
  o.authored_date,
  o.supply_start_date,
  o.supply_end_date
from stated o
join coded_event v
  on v.event_id = o.event_id
  and v.field in ('request_code', 'medication_code')
where o.status in ('active', 'completed')
  and not o.is_not_to_be_done
