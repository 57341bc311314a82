-- purpose: how many people a population has, and how they came into it
-- grain: one row a population and period
-- scope: population
-- inputs: population, assignment, person, coverage, measured_enrollment, period, param
-- cite: 42 CFR 425.110, 425.402(e), 425.662
-- added: persons, person_months, dual_person_months, low_income_or_dual_persons, decedents,
--   voluntary_persons, claims_and_voluntary_persons, claims_persons
-- columns:
--   population: ASSIGNED or ASSIGNABLE
--   period: the period of the contract, for example PY or BY3
--   persons: people
--   person_months: months that count
--   dual_person_months: months of people dually eligible or with a low-income subsidy
--   low_income_or_dual_persons: people with such a month
--   decedents: people who died by the end of the period
--   voluntary_persons: people assigned by voluntary alignment
--   claims_and_voluntary_persons: of them, those whose care would also have assigned them
--   claims_persons: people assigned by their care
--
-- claims_and_voluntary_persons: voluntarily aligned people whose care would also have assigned them
-- by plurality. dual counts months dually eligible or with a low-income subsidy.
--
-- population                        population_summary
-- | person_id | population |  | population | persons | decedents |
-- | P1        | ASSIGNED   |  | ASSIGNED   |       1 |         0 |
with months as (
  select
    m.person_id,
    m.period,
    cast(sum(m.person_months) as bigint) as person_months,
    cast(sum(bit_count(m.month_mask & coalesce(c.dual_mask, 0))) as bigint) as dual_months,
    max(coalesce(c.dual_mask, 0)) as dual_mask
  from measured_enrollment m
  left join coverage c
    on c.person_id = m.person_id
    and c.calendar_year = m.calendar_year
  group by m.person_id, m.period
)
select
  q.population,
  q.period,
  count(*) as persons,
  cast(coalesce(sum(m.person_months), 0) as bigint) as person_months,
  cast(coalesce(sum(m.dual_months), 0) as bigint) as dual_person_months,
  cast(sum(case when m.dual_mask > 0 then 1 else 0 end) as bigint)
    as low_income_or_dual_persons,
  cast(sum(case when o.death_date <= p.year_end then 1 else 0 end) as bigint) as decedents,
  cast(sum(case when a.step = 'VOLUNTARY_ALIGNMENT'
    and coalesce(a.entity, '') <> x.aco_id then 1 else 0 end) as bigint) as voluntary_persons,
  cast(sum(case when a.step = 'VOLUNTARY_ALIGNMENT'
    and a.entity = x.aco_id then 1 else 0 end) as bigint) as claims_and_voluntary_persons,
  cast(sum(case when a.step <> 'VOLUNTARY_ALIGNMENT' then 1 else 0 end) as bigint)
    as claims_persons
from population q
join period p on p.period = q.period
cross join param x
join assignment a on a.person_id = q.person_id and a.period = q.period
left join person o on o.person_id = q.person_id
left join months m on m.person_id = q.person_id and m.period = q.period
group by q.population, q.period
