-- purpose: the specialty of a clinician, as the lines billed for him or her say most often
-- grain: one row a clinician
-- scope: population
-- inputs: professional_line
-- cite: SLAAM appendix D table 13 (specialty of the clinician on method II and teaching hospital claims)
--
-- Facility claims name a clinician but no specialty. Where counts are equal the lower code is taken.
--
-- professional_line                 clinician_specialty
-- rendering_npi  specialty_code     npi         specialty_code
-- 1000000001     08                 1000000001  08
-- 1000000001     08
-- 1000000001     11
with counted as (
  select rendering_npi as npi, specialty_code, count(*) as lines
  from professional_line
  where rendering_npi is not null
    and specialty_code is not null
  group by rendering_npi, specialty_code
),
ranked as (
  select
    npi,
    specialty_code,
    row_number() over (partition by npi order by lines desc, specialty_code) as place
  from counted
)
select npi, specialty_code
from ranked
where place = 1
