-- purpose: candidate episodes of cancer care: one a day on which a therapy may begin one
-- grain: one row a person and day
-- scope: person
-- inputs: therapy_event, oncology_model
-- cite: CMS OCM performance-based payment methodology, transcribed (six months; order of triggers
--   of one day)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: claim and line of the therapy, or the fill
--   source: OUTPATIENT, PROFESSIONAL, EQUIPMENT or PHARMACY
--   claim_id: the claim record, or the fill
--   claim_line_number: the line; null for a fill
--   therapy_code: HCPCS, or the first nine digits of the drug code
--   facility_ccn: CMS certification number of the facility; null where there is none
--   clinician_npi: who gave it, or attended
--   other_payer_amount: what another payer paid first (USD)
--   first_day: first day of the episode
--   last_day: last day of the episode; a death does not move it
--
-- therapy_event                         oncology_candidate
-- | PROFESSIONAL | 5 | 2024-02-01 |     | 6-1 | 2024-02-01 | 2024-07-31 |
-- | OUTPATIENT   | 6 | 2024-02-01 |
with ordered as (
  select
    t.*,
    row_number() over (
      partition by t.person_id, t.therapy_day
      order by t.position nulls last, t.claim_id nulls last, t.claim_line_number nulls last,
        t.therapy_code nulls last
    ) as place
  from therapy_event t
)
select
  o.person_id,
  case
    when o.claim_line_number is null then o.claim_id
    else o.claim_id || '-' || cast(o.claim_line_number as string) end as episode_id,
  o.source,
  o.claim_id,
  o.claim_line_number,
  o.therapy_code,
  o.facility_ccn,
  o.clinician_npi,
  cast(o.other_payer_amount as decimal(18, 2)) as other_payer_amount,
  o.therapy_day as first_day,
  date_add(add_months(o.therapy_day, m.episode_months), 0 - 1) as last_day
from ordered o
cross join oncology_model m
where o.place = 1
