-- purpose: people with a stay or an outpatient line that may begin an episode
-- grain: one row a person
-- scope: person
-- inputs: inpatient_stay, institutional_line, episode_trigger_code
-- cite: CMS shadow bundles programs c4, c5 (triggers); nothing is decided here, work is saved
-- columns:
--   person_id: the person, by the identifier the claim store gives
--
-- inpatient_stay        institutional_line        triggered_person
-- | 1 | drg 470 |       | 2 | 27447 |             | 1 |
-- | 3 | drg 999 |                                 | 2 |
select s.person_id
from inpatient_stay s
join episode_trigger_code t
  on t.code = s.drg
  and t.setting = 'INPATIENT'
union
select l.person_id
from institutional_line l
join episode_trigger_code t
  on t.code = l.hcpcs_code
  and t.setting = 'OUTPATIENT'
