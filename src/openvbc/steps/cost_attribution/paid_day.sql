-- purpose: what Medicare paid for a person on a day, Parts A and B
-- grain: one row a person and day on which a claim or line begins
-- scope: person
-- inputs: institutional_claim, professional_line
-- cite: Cost measures of MIPS, 42 CFR 414.1350
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   day: first day of the claim or line
--   paid_amount: signed sum of payments (USD)
--
-- institutional_claim, professional_line     paid_day
-- | claim_start_date | paid_amount |         | day        | paid_amount |
-- | 2024-03-01       |     9000.00 |         | 2024-03-01 |     9080.00 |
-- | 2024-03-01       |       80.00 |
with paid as (
  select person_id, claim_start_date as day, paid_amount
  from institutional_claim
  union all
  select person_id, claim_line_start_date as day, paid_amount
  from professional_line
)
select person_id, day, cast(sum(paid_amount) as decimal(18,2)) as paid_amount
from paid
where day is not null
group by person_id, day
