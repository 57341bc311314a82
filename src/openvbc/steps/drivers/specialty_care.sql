-- purpose: where assigned people had the care of each specialty: from participants, or elsewhere
-- grain: one row a period, specialty and whether a participant billed
-- scope: population
-- inputs: professional_line, population, period, claim_service, given_specialty,
--   participant_entity, param
-- cite: participant list of 42 CFR 425.118
-- added: persons, lines, allowed_amount, paid_amount
-- columns:
--   period: the period of the contract, for example PY or BY3
--   specialty_code: CMS specialty code of the line; UNKNOWN where nothing tells it
--   is_participant: whether the practice that billed is on the organisation's participant list
--   persons: people with such a line
--   lines: lines, less those cancelled
--   allowed_amount: allowed charges (USD, signed)
--   paid_amount: what was paid (USD, signed)
--
-- professional_line                              specialty_care
-- | specialty | rendering_tin | paid_amount |  | specialty | is_participant | paid_amount |
-- | 06        | 111111111     |      100.00 |  | 06        | true           |      100.00 |
-- | 06        | 999999999     |      300.00 |  | 06        | false          |      300.00 |
with own as (
  select e.provider
  from participant_entity e
  join param x on x.aco_id = e.aco_id
  where e.provider_type = 'TIN'
)
select
  p.period,
  coalesce(l.specialty_code, g.specialty_code, 'UNKNOWN') as specialty_code,
  o.provider is not null as is_participant,
  cast(count(distinct l.person_id) as bigint) as persons,
  cast(sum(l.sign) as bigint) as lines,
  cast(sum(l.allowed_amount) as decimal(18, 2)) as allowed_amount,
  cast(sum(l.paid_amount) as decimal(18, 2)) as paid_amount
from professional_line l
join claim_service s
  on s.claim_type_code = l.claim_type_code
  and s.service_category = 'PHYSICIAN_AND_SUPPLIER'
join period p
  on p.calendar_year = year(coalesce(l.claim_line_end_date, l.claim_end_date))
  and coalesce(l.load_date, l.claim_line_end_date, l.claim_end_date) <= p.known_by
join population q
  on q.person_id = l.person_id
  and q.period = p.period
  and q.population = 'ASSIGNED'
left join given_specialty g on g.npi = l.rendering_npi
left join own o on o.provider = l.rendering_tin
where not coalesce(l.is_denied, false)
group by
  p.period,
  coalesce(l.specialty_code, g.specialty_code, 'UNKNOWN'),
  o.provider is not null
