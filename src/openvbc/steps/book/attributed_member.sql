-- purpose: who is in a contract by the care they used: most charges or visits, by passes
-- grain: one row a contract and person
-- scope: population
-- inputs: professional_line, attribution_pass, pass_service, pass_specialty, contract_method,
--   contract_provider
-- cite: each contract's clause on attribution
-- columns:
--   contract_number: the contract's number in the book
--   person_id: the person, by the identifier the claim store gives
--   first_day: first day of membership
--   last_day: last day of membership
--   aligned_on: since when the person is in the contract
--   is_voluntary: false, since care decides
--
-- A pass looks at the services (or at any) and specialties it names, in its window. Its best
-- provider is that with most by its measure (charges allowed or visits), then most by the other,
-- then the latest visit, then the lowest number. Where a least share is agreed the best must reach
-- it. The first pass with a best provider decides; the person is in the contract if it is one of
-- its own.
--
-- professional_line (pass 1, charges)           attributed_member (T1 is of contract 1)
-- | person_id | rendering_tin | allowed_amount | | contract_number | person_id |
-- | P1        | T1            |         90.00 | |               1 | P1        |
-- | P1        | T2            |         80.00 |
with used as (
  select
    p.method_number,
    p.pass_number,
    p.measure,
    p.least_share,
    l.person_id,
    l.rendering_tin as provider,
    cast(sum(l.allowed_amount) as decimal(18, 2)) as charges,
    count(distinct l.claim_id) as visits,
    max(l.claim_line_start_date) as latest
  from professional_line l
  join attribution_pass p
    on l.claim_line_start_date >= p.first_day
    and l.claim_line_start_date <= p.last_day
  left join pass_service v
    on v.method_number = p.method_number
    and v.pass_number = p.pass_number
    and v.hcpcs_code = l.hcpcs_code
  left join pass_specialty s
    on s.method_number = p.method_number
    and s.pass_number = p.pass_number
    and s.specialty_code = l.specialty_code
  where not l.is_denied
    and l.sign > 0
    and l.rendering_tin is not null
    and (p.any_service or v.hcpcs_code is not null)
    and (not p.by_specialty or s.specialty_code is not null)
  group by p.method_number, p.pass_number, p.measure, p.least_share, l.person_id, l.rendering_tin
),
measured as (
  select
    method_number,
    pass_number,
    person_id,
    provider,
    least_share,
    latest,
    case
      when measure = 'visits' then cast(visits as decimal(18, 2))
      else charges end as first_measure,
    case
      when measure = 'visits' then charges
      else cast(visits as decimal(18, 2)) end as other_measure
  from used
),
ranked as (
  select
    method_number,
    pass_number,
    person_id,
    provider,
    least_share,
    first_measure,
    cast(sum(first_measure) over (
      partition by method_number, pass_number, person_id
    ) as decimal(18, 2)) as whole,
    row_number() over (
      partition by method_number, pass_number, person_id
      order by
        first_measure desc nulls last,
        other_measure desc nulls last,
        latest desc nulls last,
        provider nulls last
    ) as place
  from measured
),
best as (
  select
    method_number,
    pass_number,
    person_id,
    provider,
    row_number() over (
      partition by method_number, person_id
      order by pass_number nulls last
    ) as place
  from ranked
  where place = 1
    and first_measure > 0
    and (least_share is null or first_measure >= least_share * whole)
)
select
  m.contract_number,
  b.person_id,
  m.first_day,
  m.last_day,
  m.first_day as aligned_on,
  false as is_voluntary
from best b
join contract_method m on m.method_number = b.method_number
join contract_provider p
  on p.contract_number = m.contract_number
  and p.provider = b.provider
where b.place = 1
