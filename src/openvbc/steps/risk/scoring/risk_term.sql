-- purpose: every factor of each person's score that comes from diagnoses
-- grain: one row a person, payment year, model and variable with a factor in the person's segment
-- scope: person
-- inputs: risk_condition, risk_person, risk_profile, interaction_member,
--    payment_count, coefficient
-- cite: CMS-HCC model software: condition factors, interactions of conditions with each other and
--    with disability, counts of payment conditions
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   model: CMS-HCC model, for example V28
--   segment: segment of the model, for example CNA (community, not dual, aged)
--   kind: condition, interaction or count
--   variable: name of the factor in the model
--   coefficient: factor of the score
--
-- risk_term
-- person_id | payment_year | model | segment | kind        | variable        | coefficient
-- P1        | 2026         | V28   | CNA     | condition   | HCC37           | 0.166
-- P1        | 2026         | V28   | CNA     | interaction | DIABETES_HF_V28 | 0.112
with person as (
  select
    r.person_id,
    r.payment_year,
    p.model,
    p.segment,
    p.is_disabled,
    p.under_65
  from risk_person r
  join risk_profile p on p.payment_year = r.payment_year and p.profile = r.profile
),
condition as (
  select
    c.person_id,
    c.payment_year,
    c.model,
    p.segment,
    c.hcc,
    p.is_disabled,
    p.under_65
  from risk_condition c
  join person p
    on p.person_id = c.person_id
    and p.payment_year = c.payment_year
    and p.model = c.model
  where c.dropped_by is null
),
interacting as (
  select
    c.person_id,
    c.payment_year,
    c.model,
    c.segment,
    i.variable
  from condition c
  join interaction_member i on i.model = c.model and i.hcc = c.hcc
  where (not i.only_disabled or c.is_disabled)
    and (not i.only_under_65 or c.under_65)
  group by c.person_id, c.payment_year, c.model, c.segment, i.variable
  having bit_or(i.side) = max(i.all_sides)
),
counted as (
  select person_id, payment_year, model, segment, count(*) as conditions
  from condition
  group by person_id, payment_year, model, segment
),
variable as (
  select person_id, payment_year, model, segment, 'condition' as kind,
    'HCC' || cast(hcc as string) as variable
  from condition
  union all
  select person_id, payment_year, model, segment, 'interaction' as kind, variable
  from interacting
  union all
  select n.person_id, n.payment_year, n.model, n.segment, 'count' as kind, k.variable
  from counted n
  join payment_count k
    on n.conditions >= k.fewest
    and (k.most is null or n.conditions <= k.most)
)
select
  v.person_id,
  v.payment_year,
  v.model,
  v.segment,
  v.kind,
  v.variable,
  f.coefficient
from variable v
join coefficient f
  on f.model = v.model
  and f.segment = v.segment
  and f.variable = v.variable
