-- purpose: settled episodes in which a claim that counts has COVID-19 among its diagnoses
-- grain: one row such an episode
-- scope: person
-- inputs: episode, episode_line, diagnosis, covid_diagnosis
-- cite: 42 CFR 510.305(e)(1)(i), (m)(1)(i); relief of BPCI Advanced of June 2020, as reported
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   claims: how many of its claims have the diagnosis
--
-- episode_line              diagnosis               episode_covid
-- | 7 | claim 9 | ANCHOR |  | claim 9 | U071 |      | 7 | 1 |
with diagnosed as (
  select distinct
    d.person_id,
    d.claim_id,
    d.claim_kind,
    x.first_day
  from diagnosis d
  join covid_diagnosis x on x.diagnosis_code = d.diagnosis_code
)
select
  e.person_id,
  e.episode_id,
  count(distinct l.claim_id) as claims
from episode e
join episode_line l
  on l.person_id = e.person_id
  and l.episode_id = e.episode_id
  and l.fate in ('PRE_ANCHOR', 'ANCHOR', 'POST_ANCHOR')
join diagnosed d
  on d.person_id = l.person_id
  and d.claim_id = l.claim_id
  and d.claim_kind = case
    when l.setting in ('PROFESSIONAL', 'EQUIPMENT') then 'professional'
    else 'institutional' end
  and l.end_date >= d.first_day
where e.status = 'SETTLED'
group by e.person_id, e.episode_id
