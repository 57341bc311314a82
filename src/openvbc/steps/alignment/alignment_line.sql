-- purpose: the lines that may align a person, by period and alignment year, and why some do not
-- grain: one row a period and professional line whose code is on the list of alignment codes
-- scope: person
-- inputs: professional_line, alignment_code, alignment_specialty, alignment_period, alignment_term,
--   participant, cancelled_chain
-- cite: ACO REACH alignment (primary care qualified evaluation and management services)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3
--   claim_id: the claim record
--   claim_line_number: the line of the claim
--   cancelled_key: what the lines of one chain share in which something was cancelled; null without
--   service_date: day of service
--   hcpcs_code: HCPCS or CPT code of the service
--   role: PRIMARY_CARE or OTHER_SPECIALTY, by the list of specialties; null for one not listed
--   alignment_year: OLDER or RECENT
--   entity_type: ACO for an entity on the participant list, TIN for any other biller
--   entity: identifier of the entity, or the taxpayer number
--   charges: allowed charges of the line (USD, signed)
--   left_out: why the line does not count; null for one that counts
--
-- A participant is a taxpayer number with a clinician, or a whole taxpayer number; the pair comes
-- first. The list is that of the performance year, for base years too.
--
-- professional_line                                   alignment_line
-- | rendering_tin | rendering_npi | specialty_code |  | role         | entity_type | entity    |
-- | 123456789     | 1000000001    | 08             |  | PRIMARY_CARE | ACO         | D0001     |
-- | 123456789     | 1000000002    | 06             |  | null         | TIN         | 123456789 |
with listed as (
  select
    p.tin,
    p.npi,
    min(p.aco_id) as entity,
    count(distinct p.aco_id) as entities
  from participant p
  join alignment_term t on t.performance_year = p.performance_year
  where p.tin is not null
  group by p.tin, p.npi
),
pair as (
  select tin, npi, entity, entities
  from listed
  where npi is not null
),
whole as (
  select tin, entity, entities
  from listed
  where npi is null
),
cancelled as (
  select person_id, claim_id, min(natural_key) as natural_key
  from cancelled_chain
  where claim_kind = 'professional'
  group by person_id, claim_id
),
written as (
  select
    l.person_id,
    p.period,
    l.claim_id,
    l.claim_line_number,
    k.natural_key as cancelled_key,
    l.claim_line_start_date as service_date,
    l.hcpcs_code,
    s.role,
    case
      when l.claim_line_start_date >= p.recent_first_day then 'RECENT' else 'OLDER' end
      as alignment_year,
    l.rendering_tin,
    coalesce(n.entity, w.entity) as listed_entity,
    coalesce(n.entities, w.entities) as entities,
    l.allowed_amount as charges
  from professional_line l
  join alignment_code c
    on c.hcpcs_code = l.hcpcs_code
    and l.claim_line_start_date >= c.first_day
    and l.claim_line_start_date <= c.last_day
  join alignment_period p
    on p.continues is null
    and l.claim_line_start_date >= p.older_first_day
    and l.claim_line_start_date <= p.alignment_last_day
    and coalesce(l.load_date, l.claim_line_start_date) <= p.alignment_known_by
  left join alignment_specialty s on s.specialty_code = l.specialty_code
  left join pair n
    on n.tin = l.rendering_tin
    and n.npi = l.rendering_npi
  left join whole w on w.tin = l.rendering_tin
  left join cancelled k
    on k.person_id = l.person_id
    and k.claim_id = l.claim_id
  where not l.is_denied
)
select
  person_id,
  period,
  claim_id,
  claim_line_number,
  cancelled_key,
  service_date,
  hcpcs_code,
  role,
  alignment_year,
  case when entities = 1 then 'ACO' else 'TIN' end as entity_type,
  case when entities = 1 then listed_entity else rendering_tin end as entity,
  charges,
  case
    when role is null then 'SPECIALTY_NOT_LISTED'
    when rendering_tin is null then 'NO_BILLING_PROVIDER'
    when entities > 1 then 'PROVIDER_IN_MORE_THAN_ONE_ENTITY'
  end as left_out
from written
