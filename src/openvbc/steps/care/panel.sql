-- purpose: the panel: everybody's tier with each component, owner and next contact
-- grain: one row a person of the panel, today
-- scope: person
-- inputs: panel_tier, panel_component, person_owner, panel_spending, person_contact, care_date
-- cite: Default tiers of this program; a user's own rules
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   tier: number of the tier, higher is more care
--   tier_name: name of the tier
--   rule: the rule that decided; empty in the lowest tier
--   evidence_claim: a claim the rule stands on; null where no claim decides
--   next_contact_due: day by which the person is contacted
--   cadence_days: days between contacts
--   minutes: minutes a contact takes
--   last_contact: day of the last contact in which the person was reached
--   paid_amount: Medicare payments of the months before (USD)
--   spending_percentile: people of the panel with less spending, in percent
--   unplanned_admissions: unplanned admissions of the months before
--   admissions: admissions of the year before
--   emergency_visits: emergency visits without admission of the months before
--   chronic_conditions: CCW conditions
--   new_condition: watched conditions met now and not a year ago
--   charlson: Charlson points
--   frailty_score: Hospital Frailty Risk Score
--   readmission_index: Elixhauser readmission index
--   lace: LACE of the last discharge
--   risk_score: risk score of the year
--   risk_score_rise: its rise in a year
--   owner_source: LIST, PRACTICE or NOBODY
--   rendering_tin: taxpayer number of the practice seen most
--   rendering_npi: clinician seen most
--
-- panel_tier         panel_component        panel
-- | person | tier |  | component | value |  | person | tier | lace |
-- | P1     | 4    |  | lace      | 12    |  | P1     | 4    | 12   |
with today as (
  select t.*
  from panel_tier t
  join care_date d
    on d.as_of = t.as_of
    and d.is_today
),
wide as (
  select
    c.person_id,
    max(case when c.component = 'spending_percentile' then c.component_value end) as percentile,
    max(case when c.component = 'unplanned_admissions' then c.component_value end) as unplanned,
    max(case when c.component = 'admissions' then c.component_value end) as admissions,
    max(case when c.component = 'emergency_visits' then c.component_value end) as emergency,
    max(case when c.component = 'chronic_conditions' then c.component_value end) as conditions,
    max(case when c.component = 'new_condition' then c.component_value end) as new_condition,
    max(case when c.component = 'charlson' then c.component_value end) as charlson,
    max(case when c.component = 'frailty_score' then c.component_value end) as frailty,
    max(case when c.component = 'readmission_index' then c.component_value end) as readmission,
    max(case when c.component = 'lace' then c.component_value end) as lace,
    max(case when c.component = 'risk_score' then c.component_value end) as risk_score,
    max(case when c.component = 'risk_score_rise' then c.component_value end) as risk_score_rise
  from panel_component c
  join care_date d
    on d.as_of = c.as_of
    and d.is_today
  group by c.person_id
),
reached as (
  select
    k.person_id,
    max(k.contact_date) as last_contact
  from person_contact k
  join care_date d
    on d.is_today
    and k.contact_date <= d.as_of
  where k.outcome = 'REACHED'
  group by k.person_id
)
select
  t.person_id,
  o.owner,
  t.tier,
  t.name as tier_name,
  t.rule,
  t.evidence_claim,
  coalesce(date_add(k.last_contact, t.cadence_days), t.as_of) as next_contact_due,
  t.cadence_days,
  t.minutes,
  k.last_contact,
  s.paid_amount,
  cast(w.percentile as int) as spending_percentile,
  cast(coalesce(w.unplanned, 0) as int) as unplanned_admissions,
  cast(coalesce(w.admissions, 0) as int) as admissions,
  cast(coalesce(w.emergency, 0) as int) as emergency_visits,
  cast(coalesce(w.conditions, 0) as int) as chronic_conditions,
  cast(coalesce(w.new_condition, 0) as int) as new_condition,
  cast(coalesce(w.charlson, 0) as int) as charlson,
  cast(coalesce(w.frailty, 0) as decimal(18, 1)) as frailty_score,
  cast(coalesce(w.readmission, 0) as int) as readmission_index,
  cast(w.lace as int) as lace,
  w.risk_score,
  w.risk_score_rise,
  o.owner_source,
  o.rendering_tin,
  o.rendering_npi
from today t
join person_owner o on o.person_id = t.person_id
join panel_spending s
  on s.as_of = t.as_of
  and s.person_id = t.person_id
left join wide w on w.person_id = t.person_id
left join reached k on k.person_id = t.person_id
