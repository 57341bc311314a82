-- purpose: a person's own normalised risk score, for what stop-loss predicts
-- grain: one row a person of the list
-- scope: population
-- inputs: scored_member, person_identifier
-- cite: ACO REACH financial operating guide (stop-loss against predicted spending)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   risk_score: the normalised score
--
-- A list that gives a person two scores is refused before; the same score twice is one.
--
-- scored_member                  member_score
-- | member_id | risk_score |     | person_id | risk_score |
-- | M1        |   1.043200 |     | P1        |   1.043200 |
select
  coalesce(i.person_id, m.member_id) as person_id,
  max(m.risk_score) as risk_score
from scored_member m
left join person_identifier i on i.member_id = m.member_id
group by coalesce(i.person_id, m.member_id)
