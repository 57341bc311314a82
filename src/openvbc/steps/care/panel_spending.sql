-- purpose: what was paid for a person in the months before a list
-- grain: one row an as-of date and person of the panel, or with a payment
-- scope: person
-- inputs: panel_person, institutional_claim, professional_line, care_date, care_rule
-- cite: Default tiers of this program
-- columns:
--   as_of: the day the list is for; what was known by it is looked at
--   person_id: the person, by the identifier the claim store gives
--   paid_amount: Medicare payments of Parts A and B (USD, signed)
--   is_in_panel: whether the person is of the panel of that date
--
-- institutional_claim      professional_line    panel_spending
-- | paid_amount |          | paid_amount |      | paid_amount |
-- | 9000.00     |          | 100.00      |      | 9100.00     |
with paid as (
  select
    person_id,
    claim_end_date as end_date,
    coalesce(load_date, claim_end_date) as known_on,
    paid_amount
  from institutional_claim
  where not is_denied
  union all
  select
    person_id,
    claim_line_end_date as end_date,
    coalesce(load_date, claim_end_date) as known_on,
    paid_amount
  from professional_line
  where not is_denied
),
summed as (
  select
    d.as_of,
    p.person_id,
    cast(sum(p.paid_amount) as decimal(18, 2)) as paid_amount
  from paid p
  cross join care_rule r
  join care_date d
    on p.end_date <= d.as_of
    and p.known_on <= d.as_of
    and p.end_date > add_months(d.as_of, 0 - r.spending_months)
  group by d.as_of, p.person_id
)
select
  coalesce(n.as_of, s.as_of) as as_of,
  coalesce(n.person_id, s.person_id) as person_id,
  coalesce(s.paid_amount, cast(0 as decimal(18, 2))) as paid_amount,
  n.person_id is not null as is_in_panel
from panel_person n
full join summed s
  on s.as_of = n.as_of
  and s.person_id = n.person_id
