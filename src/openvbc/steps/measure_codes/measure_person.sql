-- purpose: what claims of the year say of each member in each measure of a contract
-- grain: one row a provider, measure and person
-- scope: person
-- inputs: provider_member, paid_measure, measure_code, measured_year, professional_line,
--   institutional_claim, diagnosis, withdrawn_claim, cancelled_chain
-- cite: the contract's definition of its measures
-- columns:
--   provider: the provider as the contract's results name it
--   measure: the measure as the contract names it
--   person_id: the person, by the identifier the claim store gives
--   counts: whether the person is in the denominator: told by a code, and not left out
--   is_left_out: whether a code leaves the person out
--   is_met: whether a code meets the measure
--
-- Claims taken back and their cancellations say nothing, nor do denied lines and stays.
--
-- measure_code                               measure_person
-- | measure | role        | code  |          | measure | person_id | counts | is_met |
-- | bp      | DENOMINATOR | I10   |          | bp      | P1        | true   | true   |
-- | bp      | NUMERATOR   | 3074F |          | bp      | P2        | true   | false  |
with coded as (
  select distinct
    l.person_id,
    'PROCEDURE' as code_kind,
    l.hcpcs_code as code
  from professional_line l
  join measured_year y
    on l.claim_line_start_date >= y.first_day
    and l.claim_line_start_date <= y.last_day
  left join withdrawn_claim w
    on w.person_id = l.person_id
    and w.claim_id = l.claim_id
    and w.claim_kind = 'professional'
  where l.sign = 1
    and not l.is_denied
    and w.claim_id is null
  union all
  select distinct
    d.person_id,
    'DIAGNOSIS' as code_kind,
    d.diagnosis_code as code
  from diagnosis d
  join measured_year y
    on d.claim_start_date >= y.first_day
    and d.claim_start_date <= y.last_day
  left join withdrawn_claim w
    on w.person_id = d.person_id
    and w.claim_id = d.claim_id
    and w.claim_kind = d.claim_kind
  left join cancelled_chain k
    on k.person_id = d.person_id
    and k.claim_id = d.claim_id
    and k.claim_kind = d.claim_kind
    and k.sign = -1
  where w.claim_id is null
    and k.claim_id is null
  union all
  select distinct
    c.person_id,
    'MS_DRG' as code_kind,
    c.drg_code as code
  from institutional_claim c
  join measured_year y
    on c.claim_end_date >= y.first_day
    and c.claim_end_date <= y.last_day
  left join withdrawn_claim w
    on w.person_id = c.person_id
    and w.claim_id = c.claim_id
    and w.claim_kind = 'institutional'
  where c.sign = 1
    and not c.is_denied
    and w.claim_id is null
),
told as (
  select
    c.person_id,
    m.measure,
    max(case when m.role = 'DENOMINATOR' then 1 else 0 end) as in_denominator,
    max(case when m.role = 'NUMERATOR' then 1 else 0 end) as in_numerator,
    max(case when m.role = 'EXCLUSION' then 1 else 0 end) as is_excluded
  from coded c
  join measure_code m
    on m.code_kind = c.code_kind
    and m.code = c.code
  group by c.person_id, m.measure
)
select
  p.provider,
  q.measure,
  p.person_id,
  (q.counts_every_member or coalesce(t.in_denominator, 0) = 1)
    and coalesce(t.is_excluded, 0) = 0 as counts,
  coalesce(t.is_excluded, 0) = 1 as is_left_out,
  coalesce(t.in_numerator, 0) = 1 as is_met
from provider_member p
cross join paid_measure q
left join told t
  on t.person_id = p.person_id
  and t.measure = q.measure
