-- purpose: what each clinician under a taxpayer number, and each taxpayer number, bills
-- grain: one row a taxpayer number, clinician (empty: the whole number) and segment
-- scope: population
-- inputs: covered_service, place_of_status
-- cite: 42 CFR 414.1305 (low-volume threshold; hospital-based; ambulatory surgical center-based)
-- columns:
--   tin: taxpayer number billed under
--   npi: rendering clinician; empty: the taxpayer number as a whole
--   segment: first or second
--   charges: allowed charges (USD)
--   patients: people with a service
--   services: lines with an allowed charge
--   clinicians: rendering clinicians
--   hospital_services: services in a hospital's places
--   surgical_services: services in an ambulatory surgical center
--   encounters: services that are patient-facing
--
-- covered_service                          clinician_volume
-- | tin       | npi | person | allowed |   | tin       | npi | charges | patients | services |
-- | 111111111 | x   | A      |  100.00 |   | 111111111 | x   |  150.00 |        1 |        2 |
-- | 111111111 | x   | A      |   50.00 |   | 111111111 |     |  150.00 |        1 |        2 |
with counted as (
  select tin, npi, segment, person_id, npi as clinician, allowed_amount, place_of_service_code,
    is_patient_facing
  from covered_service
  where tin <> ''
    and npi <> ''
  union all
  select tin, '' as npi, segment, person_id, npi as clinician, allowed_amount,
    place_of_service_code, is_patient_facing
  from covered_service
  where tin <> ''
)
select
  c.tin,
  c.npi,
  c.segment,
  cast(sum(c.allowed_amount) as decimal(18,2)) as charges,
  count(distinct c.person_id) as patients,
  count(*) as services,
  count(distinct nullif(c.clinician, '')) as clinicians,
  cast(sum(case when p.status = 'hospital-based' then 1 else 0 end) as bigint) as hospital_services,
  cast(sum(case when p.status = 'ASC-based' then 1 else 0 end) as bigint) as surgical_services,
  cast(sum(case when c.is_patient_facing then 1 else 0 end) as bigint) as encounters
from counted c
left join place_of_status p
  on p.place_of_service_code = c.place_of_service_code
group by c.tin, c.npi, c.segment
