-- purpose: the specialty of a clinician, as the lines billed for him or her say most often
-- grain: one row a clinician
-- scope: population
-- inputs: professional_line, given_specialty
-- cite: SLAAM appendix D table 13 (method II and teaching hospital claims)
--
-- Facility claims name a clinician but no specialty. Specialties given as an input come first;
-- where counts are equal the lower code is taken.
--
-- professional_line                    clinician_specialty
-- | rendering_npi | specialty_code |  | npi        | specialty_code |
-- | 1000000001    | 08             |  | 1000000001 | 08             |
-- | 1000000001    | 08             |
-- | 1000000001    | 11             |
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
    row_number() over (
      partition by npi
      order by lines desc nulls last, specialty_code nulls last
    ) as place
  from counted
)
select npi, specialty_code
from given_specialty
union all
select r.npi, r.specialty_code
from ranked r
where r.place = 1
  and not exists (select 1 from given_specialty g where g.npi = r.npi)
