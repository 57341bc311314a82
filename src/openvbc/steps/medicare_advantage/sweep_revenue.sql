-- purpose: what the months of membership bring at each risk sweep that is known
-- grain: one row a sweep
-- scope: population
-- inputs: capitated_month, sweep_score, risk_sweep, capitation_rate, capitation_term
-- cite: the contract's clause on risk sweeps
-- columns:
--   sweep_number: the sweep, from 1
--   sweep: INITIAL, MID_YEAR or FINAL
--   member_months: months of membership
--   scored_months: months of members whom this sweep scores
--   score_times_months: sum of the risk scores of the months
--   revenue: what the months bring at these scores (USD)
--
-- A member whom a sweep does not score keeps the score of the sweep before, at first the roster's.
--
-- capitated_month (rate 1000)            sweep_score                      sweep_revenue
-- | person_id | month | risk_score |   | person_id | sweep | score |   | sweep    | revenue |
-- | P1        |     1 |   1.000000 |   | P1        |     2 |  1.10 |   | MID_YEAR | 1100.00 |
with scored as (
  select
    w.sweep_number,
    w.sweep,
    m.person_id,
    m.rate_cell,
    m.area,
    f.risk_score is not null as is_scored,
    coalesce(f.risk_score, s.risk_score, m.risk_score) as risk_score
  from capitated_month m
  cross join risk_sweep w
  left join sweep_score f
    on f.person_id = m.person_id
    and f.sweep_number = w.sweep_number
  left join sweep_score s
    on s.person_id = m.person_id
    and s.sweep_number = w.sweep_number - 1
)
select
  c.sweep_number,
  c.sweep,
  cast(count(*) as bigint) as member_months,
  cast(count(case when c.is_scored then 1 end) as bigint) as scored_months,
  cast(sum(c.risk_score) as decimal(18, 6)) as score_times_months,
  cast(sum(cast(r.rate * c.risk_score + r.beside_risk - y.carve_out_per_month
    as decimal(18, 2))) as decimal(18, 2)) as revenue
from scored c
cross join capitation_term y
join capitation_rate r
  on r.rate_cell = c.rate_cell
  and r.area = c.area
group by c.sweep_number, c.sweep
