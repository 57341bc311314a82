-- purpose: months, spending and stop-loss of each aligned person
-- grain: one row a person, period, alignment and entitlement with at least one month
-- scope: person
-- inputs: aligned_month, aligned_payment, member_score, stop_loss_band, alignment_term,
--   alignment_period
-- cite: ACO REACH financial operating guide (expenditure, stop-loss)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3
--   alignment: VOLUNTARY or CLAIMS
--   entitlement: AGED_DISABLED or ESRD; null where no enrolment tells it
--   months: months that count
--   months_without_rate: months whose county the rate book does not have
--   months_without_charge: months whose county has no stop-loss charge
--   equity_months_added: months in the group whose benchmark is raised
--   equity_months_taken: months in the group whose benchmark is lowered
--   regional_amount: the county rates of the months, added up (USD)
--   stop_loss_charge: the county charges of the months, added up (USD)
--   paid_amount: what was paid (USD)
--   reduced_amount: what the model took off the claims (USD)
--   excluded_amount: what does not count of what was paid (USD)
--   amount: what counts as expenditure (USD)
--   risk_score: the person's own score, for the prediction; null where none is given
--   predicted_amount: county rates times the score, where stop-loss is against prediction (USD)
--   stop_loss_payout: what lies in each band times its share, before neutrality (USD)
--
-- One band, above 100 at 0.5, and no prediction:
--
-- aligned_month     aligned_payment       aligned_person
-- | month_number |  | amount |            | months | amount | stop_loss_payout |
-- |           11 |  | 300.00 |            |      2 | 300.00 |           100.00 |
-- |           12 |
with months as (
  select
    person_id,
    period,
    alignment,
    entitlement,
    cast(count(*) as int) as months,
    cast(count(case when rate is null then 1 end) as int) as months_without_rate,
    cast(count(case when stop_loss_charge is null then 1 end) as int) as months_without_charge,
    cast(count(case when equity_group = 'ADDED' then 1 end) as int) as equity_months_added,
    cast(count(case when equity_group = 'TAKEN' then 1 end) as int) as equity_months_taken,
    cast(coalesce(sum(rate), 0) as decimal(18, 2)) as regional_amount,
    cast(coalesce(sum(stop_loss_charge), 0) as decimal(18, 2)) as stop_loss_charge
  from aligned_month
  group by person_id, period, alignment, entitlement
),
spent as (
  select
    person_id,
    period,
    coalesce(entitlement, 'UNKNOWN') as entitlement,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
    cast(sum(reduced_amount) as decimal(18, 2)) as reduced_amount,
    cast(sum(excluded_amount) as decimal(18, 2)) as excluded_amount,
    cast(sum(amount) as decimal(18, 2)) as amount
  from aligned_payment
  where set_aside is null
  group by person_id, period, coalesce(entitlement, 'UNKNOWN')
),
measured as (
  select
    m.person_id,
    m.period,
    m.alignment,
    m.entitlement,
    m.months,
    m.months_without_rate,
    m.months_without_charge,
    m.equity_months_added,
    m.equity_months_taken,
    m.regional_amount,
    m.stop_loss_charge,
    cast(coalesce(s.paid_amount, 0) as decimal(18, 2)) as paid_amount,
    cast(coalesce(s.reduced_amount, 0) as decimal(18, 2)) as reduced_amount,
    cast(coalesce(s.excluded_amount, 0) as decimal(18, 2)) as excluded_amount,
    cast(coalesce(s.amount, 0) as decimal(18, 2)) as amount,
    k.risk_score,
    cast(case
      when t.stop_loss_is_against_prediction then m.regional_amount * coalesce(k.risk_score, 0)
      else 0 end as decimal(18, 2)) as predicted_amount
  from months m
  cross join alignment_term t
  left join spent s
    on s.person_id = m.person_id
    and s.period = m.period
    and s.entitlement = coalesce(m.entitlement, 'UNKNOWN')
  left join member_score k on k.person_id = m.person_id
),
above as (
  select
    m.person_id,
    m.period,
    m.entitlement,
    m.amount - m.predicted_amount as residual
  from measured m
  join alignment_period p on p.period = m.period and p.is_performance_year
),
banded as (
  select
    a.person_id,
    a.period,
    a.entitlement,
    cast(sum((least(a.residual, coalesce(b.band_to, a.residual)) - b.band_from) * b.share)
      as decimal(18, 2)) as payout
  from above a
  join stop_loss_band b
    on b.entitlement = a.entitlement
    and a.residual > b.band_from
  group by a.person_id, a.period, a.entitlement
)
select
  m.person_id,
  m.period,
  m.alignment,
  m.entitlement,
  m.months,
  m.months_without_rate,
  m.months_without_charge,
  m.equity_months_added,
  m.equity_months_taken,
  m.regional_amount,
  m.stop_loss_charge,
  m.paid_amount,
  m.reduced_amount,
  m.excluded_amount,
  m.amount,
  m.risk_score,
  m.predicted_amount,
  cast(coalesce(b.payout, 0) as decimal(18, 2)) as stop_loss_payout
from measured m
left join banded b
  on b.person_id = m.person_id
  and b.period = m.period
  and b.entitlement = m.entitlement
