-- purpose: results of people that are looked at by strata
-- grain: one row a person and measure
-- scope: person
-- inputs: eligible_person, screening, social_need, institutional_claim, professional_line,
--   given_result, listed_person, list_measure, equity_setting
-- cite: measures of the user, payments of the claim store, answers to instruments
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   measure: the measure
--   numerator: of a rate; null of a cost
--   denominator: of a rate; null of a cost
--   amount: of a cost (USD); null of a rate
--
-- eligible_person            person_result
-- | P1 |                     | P1 | screened whole         |         1 |           1 |
--                            | P1 | payments of the year   |           |             | 1250.00
with paid as (
  select c.person_id, cast(sum(c.paid_amount) as decimal(18, 2)) as amount
  from institutional_claim c
  cross join equity_setting s
  where year(c.claim_end_date) = year(s.as_of)
  group by c.person_id
  union all
  select l.person_id, cast(sum(l.paid_amount) as decimal(18, 2)) as amount
  from professional_line l
  cross join equity_setting s
  where year(l.claim_line_end_date) = year(s.as_of)
  group by l.person_id
),
paid_in_all as (
  select person_id, cast(sum(amount) as decimal(18, 2)) as amount
  from paid
  group by person_id
),
whole as (
  select distinct person_id
  from screening
  where is_complete
)
select
  p.person_id,
  'screened whole' as measure,
  case when w.person_id is null then 0 else 1 end as numerator,
  1 as denominator,
  cast(null as decimal(18, 2)) as amount
from eligible_person p
left join whole w on w.person_id = p.person_id
union all
select
  p.person_id,
  'an open need, of those screened' as measure,
  max(case when n.is_open then 1 else 0 end) as numerator,
  1 as denominator,
  cast(null as decimal(18, 2)) as amount
from eligible_person p
join whole w on w.person_id = p.person_id
left join social_need n on n.person_id = p.person_id
group by p.person_id
union all
select
  p.person_id,
  'payments of the year' as measure,
  cast(null as int) as numerator,
  cast(null as int) as denominator,
  coalesce(a.amount, 0) as amount
from eligible_person p
left join paid_in_all a on a.person_id = p.person_id
union all
select
  g.person_id,
  g.measure,
  cast(g.numerator as int) as numerator,
  cast(g.denominator as int) as denominator,
  cast(g.amount as decimal(18, 2)) as amount
from given_result g
join eligible_person p on p.person_id = g.person_id
union all
select
  p.person_id,
  m.measure,
  case when l.person_id is null then 0 else 1 end as numerator,
  1 as denominator,
  cast(null as decimal(18, 2)) as amount
from eligible_person p
cross join list_measure m
left join listed_person l
  on l.person_id = p.person_id
  and l.measure = m.measure
