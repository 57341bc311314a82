-- purpose: the conditions that pay, after hierarchies
-- grain: one row a person, payment year, model and condition
-- scope: person
-- inputs: risk_condition, hierarchy
-- cite: CMS-HCC model software, macros V22H79H1, V24H86H1, V28115H1, V20H87H1, R08X84H1: a
--    condition drops the listed milder ones of its family, whether or not it is itself dropped
--
-- risk_condition                          hierarchy              risk_payment_condition
-- person_id | model | hcc                 model | hcc | drops    person_id | model | hcc
-- P1        | V28   | 36                  V28   | 36  | 38       P1        | V28   | 36
-- P1        | V28   | 38
with dropped as (
  select distinct c.person_id, c.payment_year, c.model, h.drops_hcc as hcc
  from risk_condition c
  join hierarchy h on h.model = c.model and h.hcc = c.hcc
)
select c.person_id, c.payment_year, c.model, c.hcc
from risk_condition c
where not exists (
  select 1
  from dropped d
  where d.person_id = c.person_id
    and d.payment_year = c.payment_year
    and d.model = c.model
    and d.hcc = c.hcc
)
