-- purpose: the tier of every person of the panel, and the first rule that put them there
-- grain: one row an as-of date and person of the panel
-- scope: person
-- inputs: panel_person, panel_component, tier_rule, tier
-- cite: Default tiers of this program; a user's own rules
-- columns:
--   as_of: the day the list is for
--   person_id: the person, by the identifier the claim store gives
--   tier: number of the tier, higher is more care
--   name: name of the tier
--   rule: the rule that decided; empty in the lowest tier
--   cadence_days: days between contacts
--   minutes: minutes a contact takes
--   evidence_claim: a claim the rule stands on; null where no claim decides
--
-- Every condition of a rule must hold. The highest tier with a rule that holds is the person's.
--
-- panel_component                          panel_tier
-- | component            | value |        | tier | rule                          |
-- | unplanned_admissions | 2     |        | 5    | two unplanned admissions in.. |
with holding as (
  select
    c.as_of,
    c.person_id,
    t.tier,
    t.rule,
    t.rule_order,
    max(t.conditions) as conditions,
    count(*) as met,
    max(c.evidence_claim) as evidence_claim
  from panel_component c
  join tier_rule t
    on t.component = c.component
    and case
      when t.comparison = 'MORE_THAN' then c.component_value > t.threshold
      else c.component_value >= t.threshold
    end
  group by c.as_of, c.person_id, t.tier, t.rule, t.rule_order
),
placed as (
  select
    *,
    row_number() over (
      partition by as_of, person_id
      order by tier desc nulls last, rule_order nulls last
    ) as place
  from holding
  where met = conditions
)
select
  n.as_of,
  n.person_id,
  t.tier,
  t.name,
  coalesce(p.rule, '') as rule,
  t.cadence_days,
  t.minutes,
  p.evidence_claim
from panel_person n
left join placed p
  on p.as_of = n.as_of
  and p.person_id = n.person_id
  and p.place = 1
join tier t
  on (p.tier is not null and t.tier = p.tier)
  or (p.tier is null and t.is_lowest)
