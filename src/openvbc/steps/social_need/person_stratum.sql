-- purpose: which stratum of which division each person belongs to
-- grain: one row a person and division with a known value
-- scope: person
-- inputs: eligible_person, area_rank, area_band, social_need, given_stratum, disability_code
-- cite: rules/social_need: settings.yaml, area_index.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   division: what people are divided by, for example age or ADI national rank
--   stratum: the value
--
-- Who has no value of a division is in none of its strata, and is counted as unknown.
--
-- eligible_person             person_stratum
-- | sex    | age_band |       | division | stratum  |
-- | female | 65 to 74 |       | sex      | female   |
--                             | age      | 65 to 74 |
select person_id, 'sex' as division, sex as stratum
from eligible_person
where sex <> 'unknown'
union all
select person_id, 'age' as division, age_band as stratum
from eligible_person
where age_band is not null
union all
select person_id, 'dual or low income' as division,
  case when is_dual_or_low_income then 'yes' else 'no' end as stratum
from eligible_person
union all
select p.person_id, 'disability at entitlement' as division,
  case when d.original_reason is not null then 'yes' else 'no' end as stratum
from eligible_person p
left join disability_code d on d.original_reason = p.original_reason
where p.original_reason is not null
union all
select person_id, 'race code of claims' as division, race as stratum
from eligible_person
where race is not null
union all
select a.person_id, a.area_index as division, b.band as stratum
from area_rank a
join area_band b
  on b.area_index = a.area_index
  and b.low <= a.value
  and b.below > a.value
where a.state = 'joined'
union all
select n.person_id, 'need: ' || n.domain as division,
  case when n.is_open then 'open' else 'closed' end as stratum
from social_need n
union all
select g.person_id, g.division, g.stratum
from given_stratum g
join eligible_person p on p.person_id = g.person_id
