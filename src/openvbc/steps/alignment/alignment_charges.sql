-- purpose: what each entity charged for the services that align a person, weighted by year
-- grain: one row a person, period and entity
-- scope: person
-- inputs: alignment_line, alignment_term
-- cite: ACO REACH alignment (two alignment years, weighted)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   period: the period of the contract, PY or BY1 to BY3
--   entity_type: ACO for an entity on the participant list, TIN for any other biller
--   entity: identifier of the entity, or the taxpayer number
--   older_primary_charges: of primary care specialties in the older alignment year (USD)
--   recent_primary_charges: of primary care specialties in the recent alignment year (USD)
--   older_other_charges: of the other listed specialties in the older alignment year (USD)
--   recent_other_charges: of the other listed specialties in the recent alignment year (USD)
--   weighted_primary: primary care charges, each year times its parts (USD times parts)
--   weighted_other: charges of other listed specialties, each year times its parts
--   last_primary_service: day of the last primary care service
--   last_other_service: day of the last service of another listed specialty
--
-- Cancellations are netted first: what is left of a claim on a day at or below zero is no service.
-- The weights are parts (1 and 2): sums compare as thirds do, and nothing is rounded.
--
-- alignment_line                            alignment_charges
-- | alignment_year | entity | charges |     | entity | weighted_primary |
-- | OLDER          | D0001  |  100.00 |     | D0001  |           260.00 |
-- | RECENT         | D0001  |   80.00 |
with service as (
  select person_id, period, alignment_year, entity_type, entity, role, service_date,
    charges as net_charges
  from alignment_line
  where left_out is null
    and cancelled_key is null
    and charges > 0
  union all
  select person_id, period, alignment_year, entity_type, entity, role, service_date,
    cast(sum(charges) as decimal(18, 2)) as net_charges
  from alignment_line
  where left_out is null
    and cancelled_key is not null
  group by person_id, period, alignment_year, entity_type, entity, role, service_date,
    cancelled_key
  having cast(sum(charges) as decimal(18, 2)) > 0
),
summed as (
  select
    person_id,
    period,
    entity_type,
    entity,
    cast(coalesce(sum(case when role = 'PRIMARY_CARE' and alignment_year = 'OLDER'
      then net_charges end), 0) as decimal(18, 2)) as older_primary_charges,
    cast(coalesce(sum(case when role = 'PRIMARY_CARE' and alignment_year = 'RECENT'
      then net_charges end), 0) as decimal(18, 2)) as recent_primary_charges,
    cast(coalesce(sum(case when role = 'OTHER_SPECIALTY' and alignment_year = 'OLDER'
      then net_charges end), 0) as decimal(18, 2)) as older_other_charges,
    cast(coalesce(sum(case when role = 'OTHER_SPECIALTY' and alignment_year = 'RECENT'
      then net_charges end), 0) as decimal(18, 2)) as recent_other_charges,
    max(case when role = 'PRIMARY_CARE' then service_date end) as last_primary_service,
    max(case when role = 'OTHER_SPECIALTY' then service_date end) as last_other_service
  from service
  group by person_id, period, entity_type, entity
)
select
  s.person_id,
  s.period,
  s.entity_type,
  s.entity,
  s.older_primary_charges,
  s.recent_primary_charges,
  s.older_other_charges,
  s.recent_other_charges,
  cast(s.older_primary_charges * t.older_year_parts + s.recent_primary_charges * t.recent_year_parts
    as decimal(18, 2)) as weighted_primary,
  cast(s.older_other_charges * t.older_year_parts + s.recent_other_charges * t.recent_year_parts
    as decimal(18, 2)) as weighted_other,
  s.last_primary_service,
  s.last_other_service
from summed s
cross join alignment_term t
