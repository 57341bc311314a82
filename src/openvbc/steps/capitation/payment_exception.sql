-- purpose: what the payer paid for each member and month against what the roster says is due
-- grain: one row a member and month with an exception
-- scope: population
-- inputs: capitated_month, capitation_payment, person_identifier
-- cite: the contract's clause on the capitation rate
-- columns:
--   person_id: the person, by the identifier the claim store gives, or that of the payment file
--   month_number: the month, from 1
--   exception: NOT_PAID, NOT_A_MEMBER, PAID_TWICE, OTHER_RATE_CELL or OTHER_AMOUNT
--   due: capitation of the month by the roster (USD)
--   paid: what the payment file paid (USD)
--   difference: paid less due (USD)
--
-- capitation_payment                       payment_exception
-- | member_id | month_number | amount |    | person_id | exception    | due    | paid   |
-- | M1        |            1 | 950.00 |    | P1        | OTHER_AMOUNT | 991.00 | 950.00 |
with payment as (
  select
    coalesce(i.person_id, p.member_id) as person_id,
    p.month_number,
    p.amount,
    p.rate_cell
  from capitation_payment p
  left join person_identifier i on i.member_id = p.member_id
),
repeated as (
  select
    person_id,
    month_number,
    amount,
    max(rate_cell) as rate_cell,
    count(*) as times
  from payment
  group by person_id, month_number, amount
),
paid as (
  select
    person_id,
    month_number,
    cast(sum(amount * times) as decimal(18, 2)) as paid,
    max(case when times > 1 and amount > 0 then 1 else 0 end) as is_twice,
    max(rate_cell) as rate_cell
  from repeated
  group by person_id, month_number
),
compared as (
  select
    coalesce(m.person_id, p.person_id) as person_id,
    coalesce(m.month_number, p.month_number) as month_number,
    m.person_id is not null as is_member,
    p.person_id is not null as is_paid,
    coalesce(m.amount, 0) as due,
    coalesce(p.paid, 0) as paid,
    coalesce(p.is_twice, 0) as is_twice,
    m.rate_cell as cell_due,
    p.rate_cell as cell_paid
  from capitated_month m
  full outer join paid p
    on p.person_id = m.person_id
    and p.month_number = m.month_number
)
select
  person_id,
  cast(month_number as int) as month_number,
  case
    when not is_paid then 'NOT_PAID'
    when not is_member then 'NOT_A_MEMBER'
    when is_twice = 1 and paid > due then 'PAID_TWICE'
    when cell_paid <> cell_due then 'OTHER_RATE_CELL'
    else 'OTHER_AMOUNT' end as exception,
  cast(due as decimal(18, 2)) as due,
  cast(paid as decimal(18, 2)) as paid,
  cast(paid - due as decimal(18, 2)) as difference
from compared
where paid <> due
