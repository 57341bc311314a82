-- purpose: minutes logged for a person in a month, by practice and by who may count them
-- grain: one row a person, practice, month, kind of time and service the minutes are marked for
-- scope: person
-- inputs: time_entry, staff_type, person
-- cite: rules/care_billing/staff_type.csv (whose minutes count for what)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   tin: the practice
--   service_month: first day of the month
--   time_by: whose time it is, as codes ask for it
--   service: the service the minutes are marked for; empty where for any
--   minutes: minutes
--
-- A practitioner's minutes count as staff's too, and stand in both kinds.
--
-- time_entry                              time_pool
-- | staff_type           | minutes |      | time_by      | minutes |
-- | clinical_staff       |      15 |      | staff        |      22 |
-- | billing_practitioner |       7 |      | practitioner |       7 |
select
  t.person_id,
  t.tin,
  make_date(year(t.service_date), month(t.service_date), 1) as service_month,
  y.time_by,
  coalesce(t.service, '') as service,
  cast(sum(t.minutes) as bigint) as minutes
from time_entry t
join person p on p.person_id = t.person_id
join staff_type y on y.staff_type = t.staff_type
group by
  t.person_id, t.tin, make_date(year(t.service_date), month(t.service_date), 1), y.time_by,
  coalesce(t.service, '')
