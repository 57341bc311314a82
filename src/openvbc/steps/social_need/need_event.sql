-- purpose: everything said about a social need of a person on a day
-- grain: one row a person, domain, day, source and outcome
-- scope: person
-- inputs: screening_answer, diagnosis, need_code, closed_referral, person, equity_setting
-- cite: rules/social_need: answer.csv, instrument_item.csv, need_code.csv
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   domain: the domain of the need
--   event_date: the day
--   source: instrument, claim or referral
--   source_rank: which source counts where they disagree on one day, 1 first
--   outcome: positive, negative, declined or closed
--   evidence: the instrument's item, or the claim
--
-- A code on a claim tells of a need; no code tells nothing.
--
-- screening_answer                          need_event
-- | domain | outcome  | date       |        | domain | source     | outcome  |
-- | food   | positive | 2024-01-10 |        | food   | instrument | positive |
select
  a.person_id,
  a.domain,
  a.screening_date as event_date,
  'instrument' as source,
  1 as source_rank,
  a.outcome,
  max(a.instrument || ' ' || a.code) as evidence
from screening_answer a
join person p on p.person_id = a.person_id
where a.domain is not null
group by a.person_id, a.domain, a.screening_date, a.outcome
union all
select
  d.person_id,
  n.domain,
  d.claim_end_date as event_date,
  'claim' as source,
  2 as source_rank,
  'positive' as outcome,
  max(d.claim_id) as evidence
from diagnosis d
join need_code n
  on n.diagnosis_code = d.diagnosis_code
  and n.code_version = d.code_version
cross join equity_setting s
where d.claim_end_date > add_months(s.as_of, -s.need_code_months)
group by d.person_id, n.domain, d.claim_end_date
union all
select
  r.person_id,
  r.domain,
  r.closed_date as event_date,
  'referral' as source,
  0 as source_rank,
  'closed' as outcome,
  'referral' as evidence
from closed_referral r
join person p on p.person_id = r.person_id
