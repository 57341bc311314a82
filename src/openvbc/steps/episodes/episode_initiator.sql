-- purpose: who answers for each settled episode: a physician group, else the anchor hospital
-- grain: one row a settled episode
-- scope: person
-- inputs: episode, episode_line, group_member
-- cite: BPCI Advanced clinical episode construction specifications, attribution (not read)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: the episode
--   initiator: taxpayer number of the group, or certification number of the hospital
--   basis: ATTENDING, OPERATING or HOSPITAL
--
-- The group of the attending clinician answers if it billed a professional line in the anchor; else
-- that of the operating clinician on the same condition; else the hospital.
--
-- episode                  group_member         episode_line        episode_initiator
-- | 7 | attending 11 |     | 11 | 99 |          | 7 | ANCHOR | 99 | | 7 | 99 | ATTENDING |
with billed as (
  select distinct
    l.person_id,
    l.episode_id,
    l.provider
  from episode_line l
  join (select distinct tin from group_member) g on g.tin = l.provider
  where l.setting = 'PROFESSIONAL'
    and l.fate = 'ANCHOR'
),
by_clinician as (
  select
    e.person_id,
    e.episode_id,
    min(case when g.npi = e.attending_npi then g.tin end) as attending_tin,
    min(case when g.npi = e.operating_npi then g.tin end) as operating_tin
  from episode e
  join group_member g
    on (g.npi = e.attending_npi or g.npi = e.operating_npi)
    and g.first_day <= e.anchor_begin
    and g.last_day >= e.anchor_begin
  join billed b
    on b.person_id = e.person_id
    and b.episode_id = e.episode_id
    and b.provider = g.tin
  where e.status = 'SETTLED'
  group by e.person_id, e.episode_id
)
select
  e.person_id,
  e.episode_id,
  coalesce(c.attending_tin, c.operating_tin, e.facility_ccn) as initiator,
  case
    when c.attending_tin is not null then 'ATTENDING'
    when c.operating_tin is not null then 'OPERATING'
    else 'HOSPITAL' end as basis
from episode e
left join by_clinician c
  on c.person_id = e.person_id
  and c.episode_id = e.episode_id
where e.status = 'SETTLED'
