-- purpose: claims that count for the conditions and scores of the days asked for
-- grain: one row a claim of care_claim that counts for a span of look_back
-- scope: person
-- inputs: care_claim, look_back
-- cite: as in person_condition and person_score: reference periods; what was known by a day counts
-- made: once a bucket
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_kind: institutional or professional
--   setting: IP, SNF, HHA, OP or CAR
--   end_date: last day
--   counts_for: the spans of look_back in which it ended and stood, as the sum of their bits
--   conditions: the chronic conditions its diagnoses tell of, as the sum of their bits
--   comorbidities: the categories of score_bit its diagnoses tell of, as the sum of their bits
--
-- care_claim                              look_back                counted_claim
-- | claim_id | end_date   | known_on   |  | as_of      | months |  | claim_id | counts_for |
-- | c1       | 2024-02-01 | 2024-02-15 |  | 2024-03-01 | 12     |  | c1       | 1          |
-- | c2       | 2024-02-01 | 2024-03-02 |     (c2 was not known by the day)
with day as (
  select end_date as day_of from care_claim
  union
  select known_on as day_of from care_claim
  union
  select withdrawn_on as day_of from care_claim where withdrawn_on is not null
),
day_bits as (
  select
    d.day_of,
    bit_or(case when d.day_of > add_months(b.as_of, 0 - b.months) then b.span_bit else 0 end)
      as within,
    bit_or(b.span_bit) as by_then
  from day d
  join look_back b on b.as_of >= d.day_of
  group by d.day_of
),
counted as (
  select
    c.person_id,
    c.claim_id,
    c.claim_kind,
    c.setting,
    c.end_date,
    (e.within & k.by_then) - coalesce(e.within & k.by_then & w.by_then, 0) as counts_for,
    c.conditions,
    c.comorbidities
  from care_claim c
  join day_bits e on e.day_of = c.end_date
  join day_bits k on k.day_of = c.known_on
  left join day_bits w on w.day_of = c.withdrawn_on
)
select
  person_id,
  claim_id,
  claim_kind,
  setting,
  end_date,
  counts_for,
  conditions,
  comorbidities
from counted
where counts_for <> 0
