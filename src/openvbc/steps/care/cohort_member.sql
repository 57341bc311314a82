-- purpose: chronic cohorts of the panel, today
-- grain: one row a person and cohort
-- scope: person
-- inputs: person_condition, cohort, person_owner, care_date
-- cite: CMS Chronic Conditions Warehouse algorithms (30 conditions); cohorts of this program
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   cohort: the cohort
--   condition: the conditions of it that are met, the last in the alphabet
--   claims: claims that count
--   first_date: day of the first of them in the reference period
--   last_date: day of the last of them
--   is_covered: whether coverage stood in the whole period, so that absence would mean something
--   evidence_claim: the last of the claims
--
-- person_condition       cohort_member
-- | condition |          | cohort        |
-- | CHF       |          | heart failure |
select
  c.person_id,
  o.owner,
  h.cohort,
  max(c.condition) as condition,
  cast(sum(c.claims) as bigint) as claims,
  min(c.first_date) as first_date,
  max(c.last_date) as last_date,
  max(case when c.is_covered then 1 else 0 end) = 1 as is_covered,
  max_by(c.evidence_claim, cast(c.last_date as string) || c.evidence_claim) as evidence_claim
from person_condition c
join care_date d
  on d.as_of = c.as_of
  and d.is_today
join cohort h
  on h.algorithm = c.algorithm
  and h.condition = c.condition
join person_owner o on o.person_id = c.person_id
group by c.person_id, o.owner, h.cohort
