-- purpose: each person's score by enrollment type: models renormalized, weighed and added
-- grain: one row a person, calendar year and enrollment type
-- scope: person
-- inputs: risk_raw_score, scored_person, renormalization
-- cite: 42 CFR 425.601(a)(1), 425.652(a)(1), 425.659 (which model applies to which year)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   calendar_year: calendar year
--   enrollment_type: Medicare enrollment type, for example AGED_NON_DUAL or ESRD
--   risk_score: risk score, renormalized
--   demographic_score: the part of the score from demographic factors
--   hcc_version: model or models the score comes from
--   source_file: file the score was given in; null for one computed
--   source_line: line of that file
--
-- renormalization holds for each model, year and enrollment type what a raw score is multiplied
-- with: the weight of the model over the mean of the reference population.
--
-- risk_raw_score              renormalization        computed_risk_score
-- person_id | model | raw     model | multiplier     person_id | enrollment_type | risk_score
-- P1|..     | V24   | 1.000   V24   | 0.67           P1        | AGED_NON_DUAL   | 1.33
-- P1|..     | V28   | 2.000   V28   | 0.33
select
  s.beneficiary_id as person_id,
  s.payment_year as calendar_year,
  s.enrollment_type,
  cast(sum(r.raw_score * n.multiplier) as decimal(38, 14)) as risk_score,
  cast(sum(r.demographic_score * n.demographic_multiplier) as decimal(38, 14))
    as demographic_score,
  min(n.hcc_version) as hcc_version,
  cast(null as string) as source_file,
  cast(null as bigint) as source_line
from risk_raw_score r
join scored_person s
  on s.person_id = r.person_id
  and s.payment_year = r.payment_year
join renormalization n
  on n.model = r.model
  and n.payment_year = r.payment_year
  and n.enrollment_type = s.enrollment_type
group by s.beneficiary_id, s.payment_year, s.enrollment_type
