-- purpose: the practice that answers for a person in a month: the panel's, else the last one seen
-- grain: one row a person and month with such a practice
-- scope: person
-- inputs: person_month, care_visit, care_panel, own_practice, billing_setting
-- cite: MLN CCM fact sheet 2015 (seen within a year); the user's panel before it
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_month: first day of the month
--   month_end: last day of the month
--   tin: the practice
--   last_visit: last visit to it in the twelve months before the month ends; null without one
--   is_on_panel: whether the user's panel says so
--
-- The last practice is found as the least of a text: the day of the visit mirrored at the last
-- month asked for, so that later days come first, then the practice. A month looks back whole
-- months, so the visits of a month are looked at together.
--
-- care_visit                              care_owner
-- | person | tin | visit_date |           | service_month | tin | last_visit |
-- | P1     | 1   | 2025-01-20 |           | 2025-03-01    | 1   | 2025-01-20 |
with visited as (
  select
    v.person_id,
    make_date(year(v.visit_date), month(v.visit_date), 1) as visit_month,
    max(v.visit_date) as last_visit,
    min(cast(date_add(b.last_month, datediff(b.last_month, v.visit_date)) as string) || v.tin)
      as last_tin
  from care_visit v
  cross join billing_setting b
  join own_practice o on o.tin = v.tin
  group by v.person_id, make_date(year(v.visit_date), month(v.visit_date), 1)
),
panelled as (
  select m.person_id, m.service_month, min(p.tin) as tin
  from person_month m
  join care_panel p
    on p.person_id = m.person_id
    and p.first_date <= m.month_end
    and (p.last_date is null or p.last_date >= m.month_end)
  group by m.person_id, m.service_month
),
seen_on_panel as (
  select m.person_id, m.service_month, max(v.visit_date) as last_visit
  from person_month m
  cross join billing_setting b
  join panelled p
    on p.person_id = m.person_id
    and p.service_month = m.service_month
  join own_practice o on o.tin = p.tin
  join care_visit v
    on v.person_id = p.person_id
    and v.tin = p.tin
    and v.visit_date <= m.month_end
    and v.visit_date >= add_months(m.service_month, -b.visit_months)
  group by m.person_id, m.service_month
),
seen_last as (
  select
    m.person_id,
    m.service_month,
    max(v.last_visit) as last_visit,
    min(v.last_tin) as last_tin
  from person_month m
  cross join billing_setting b
  join visited v
    on v.person_id = m.person_id
    and v.visit_month <= m.service_month
    and v.visit_month >= add_months(m.service_month, -b.visit_months)
  group by m.person_id, m.service_month
)
select
  m.person_id,
  m.service_month,
  m.month_end,
  coalesce(p.tin, substring(r.last_tin, length(cast(m.month_end as string)) + 1)) as tin,
  case when p.tin is null then r.last_visit else s.last_visit end as last_visit,
  p.tin is not null as is_on_panel
from person_month m
left join panelled p
  on p.person_id = m.person_id
  and p.service_month = m.service_month
left join seen_on_panel s
  on s.person_id = m.person_id
  and s.service_month = m.service_month
left join seen_last r
  on r.person_id = m.person_id
  and r.service_month = m.service_month
where p.tin is not null
  or r.last_tin is not null
