-- purpose: the people whose needs and results are looked at, with what the store says of them
-- grain: one row a person alive and covered in the year of the day asked for
-- scope: person
-- inputs: person, coverage, equity_setting, age_band
-- cite: coverage of the claim store
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   sex: male, female or unknown
--   age: completed years on the day asked for
--   age_band: band of age
--   race: race code of the claims; CMS's, not what the person says
--   original_reason: why first entitled, 0 age, 1 disability, 2 ESRD, 3 both
--   is_dual_or_low_income: whether dual or low income in any month of the year
--   months: months with Part B in the year
--
-- person                     coverage              eligible_person
-- | person_id | birth |      | dual_mask |         | age_band | is_dual_or_low_income |
-- | P1        | 1950  |      |         1 |         | 65 to 74 | true                  |
with covered as (
  select
    c.person_id,
    max(case when c.dual_mask <> 0 then 1 else 0 end) as is_dual,
    max(bit_count(c.part_b_mask)) as months
  from coverage c
  cross join equity_setting s
  where c.calendar_year = year(s.as_of)
    and c.part_b_mask <> 0
  group by c.person_id
),
aged as (
  select
    p.person_id,
    p.sex,
    p.race,
    p.original_reason_entitlement_code,
    year(s.as_of) - year(p.birth_date)
      - case
        when month(p.birth_date) > month(s.as_of)
          or (month(p.birth_date) = month(s.as_of) and day(p.birth_date) > day(s.as_of))
        then 1 else 0
      end as age
  from person p
  cross join equity_setting s
  where p.death_date is null
    or p.death_date > s.as_of
)
select
  a.person_id,
  a.sex,
  a.age,
  b.band as age_band,
  a.race,
  a.original_reason_entitlement_code as original_reason,
  c.is_dual = 1 as is_dual_or_low_income,
  cast(c.months as int) as months
from aged a
join covered c on c.person_id = a.person_id
left join age_band b
  on b.first_age <= a.age
  and b.last_age >= a.age
