-- purpose: each person's raw score: demographic factors and factors from diagnoses, summed
-- grain: one row a person, payment year and model in which the person has a segment
-- scope: person
-- inputs: risk_person, risk_profile, risk_demographic, risk_term
-- cite: CMS-HCC model software, macro SCOREVAR: a plain sum, not yet normalised
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   payment_year: calendar year whose payment the score adjusts
--   model: CMS-HCC model, for example V28
--   segment: segment of the model, for example CNA (community, not dual, aged)
--   payment_conditions: conditions that pay
--   demographic_score: the part of the score from demographic factors
--   disease_score: the part of the score from diagnoses
--   raw_score: sum of all factors, not normalized
--
-- risk_raw_score
-- person_id | payment_year | model | segment | payment_conditions | ... | raw_score
-- P1        | 2026         | V28   | CNA     | 4                  | ... | 1.803
with demographic as (
  select
    p.model,
    p.payment_year,
    p.profile,
    p.segment,
    cast(coalesce(sum(d.coefficient), 0) as decimal(12,3)) as demographic_score
  from risk_profile p
  left join risk_demographic d
    on d.model = p.model
    and d.payment_year = p.payment_year
    and d.profile = p.profile
  group by p.model, p.payment_year, p.profile, p.segment
),
disease as (
  select
    person_id,
    payment_year,
    model,
    cast(sum(case when kind = 'condition' then 1 else 0 end) as int) as payment_conditions,
    cast(sum(coefficient) as decimal(12,3)) as disease_score
  from risk_term
  group by person_id, payment_year, model
)
select
  r.person_id,
  r.payment_year,
  g.model,
  g.segment,
  coalesce(s.payment_conditions, 0) as payment_conditions,
  g.demographic_score,
  coalesce(s.disease_score, cast(0 as decimal(12,3))) as disease_score,
  cast(g.demographic_score + coalesce(s.disease_score, cast(0 as decimal(12,3)))
    as decimal(12,3)) as raw_score
from risk_person r
join demographic g on g.payment_year = r.payment_year and g.profile = r.profile
left join disease s
  on s.person_id = r.person_id
  and s.payment_year = r.payment_year
  and s.model = g.model
