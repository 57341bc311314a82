-- purpose: claims whose diagnoses tell of a person, with the setting they came from
-- grain: one row a claim record that is neither a cancellation nor denied
-- scope: person
-- inputs: institutional_claim, professional_line, withdrawn_claim, claim_setting, left_out_line
-- cite: CMS Chronic Conditions Warehouse algorithms: claim types, equipment and ambulance left out
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   claim_id: the claim record
--   claim_kind: institutional or professional
--   setting: IP, SNF, HHA, OP or CAR
--   start_date: first day
--   end_date: last day
--   known_on: first day on which the record was known
--   withdrawn_on: day on which a cancellation of it became known; null where none did
--
-- professional_line           care_claim
-- | claim_id | hcpcs_code |  | claim_id | setting |
-- | p1       | 99213      |  | p1       | CAR     |
-- | p2       | A0428      |     (an ambulance alone is no claim of a clinician)
select
  c.person_id,
  c.claim_id,
  'institutional' as claim_kind,
  t.setting,
  c.claim_start_date as start_date,
  c.claim_end_date as end_date,
  coalesce(c.load_date, c.claim_end_date) as known_on,
  min(w.withdrawn_on) as withdrawn_on
from institutional_claim c
join claim_setting t on t.claim_type_code = c.claim_type_code
left join withdrawn_claim w
  on w.person_id = c.person_id
  and w.claim_id = c.claim_id
  and w.claim_kind = 'institutional'
where c.sign = 1
  and not c.is_denied
group by
  c.person_id, c.claim_id, t.setting, c.claim_start_date, c.claim_end_date, c.load_date
union all
select
  l.person_id,
  l.claim_id,
  'professional' as claim_kind,
  t.setting,
  min(l.claim_start_date) as start_date,
  max(l.claim_end_date) as end_date,
  max(coalesce(l.load_date, l.claim_end_date)) as known_on,
  min(w.withdrawn_on) as withdrawn_on
from professional_line l
join claim_setting t on t.claim_type_code = l.claim_type_code
left join left_out_line x on starts_with(l.hcpcs_code, x.hcpcs_prefix)
left join withdrawn_claim w
  on w.person_id = l.person_id
  and w.claim_id = l.claim_id
  and w.claim_kind = 'professional'
where l.sign = 1
  and not l.is_denied
  and x.hcpcs_prefix is null
group by l.person_id, l.claim_id, t.setting
