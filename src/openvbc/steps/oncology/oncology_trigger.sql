-- purpose: candidate episodes of cancer care, in the form every model's candidates have
-- grain: one row a candidate; episode_id is claim and line of the therapy, or the fill
-- scope: person
-- inputs: oncology_candidate, candidate_cancer
-- cite: CMS OCM performance-based payment methodology, transcribed (trigger, six months)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   episode_id: claim and line of the therapy, or the fill
--   category: the cancer; NO CANCER where there is no visit for one
--   setting: OUTPATIENT, PROFESSIONAL, EQUIPMENT or PHARMACY
--   trigger_claim_id: the claim that triggers
--   trigger_line: the line that triggers; null for a fill
--   trigger_code: HCPCS, or the first nine digits of the drug code
--   drg_billed: none
--   price_cell: the cancer
--   facility_ccn: CMS certification number of the facility of the therapy; null where none
--   attending_npi: who gave the therapy, or attended
--   operating_npi: none
--   primary_diagnosis_code: none
--   discharge_disposition_code: none
--   anchor_begin: first day of the episode
--   anchor_end: the same day
--   post_anchor_end: last day of the episode
--   monitor_end: the same day: nothing is watched after it
--   lookback_begin: first day of the episode: nothing is looked at before it
--   stay_days: none
--   legs: one
--   other_payer_amount: what another payer paid first for the therapy (USD)
--   is_highest_ranked: none
--   joined_to: none
--   begins_outpatient_on: none
--
-- oncology_candidate                  candidate_cancer     episode_trigger
-- | 6-1 | 2024-02-01 | 2024-07-31 |   | 6-1 | lung |       | 6-1 | lung | 2024-02-01 |
select
  c.person_id,
  c.episode_id,
  coalesce(t.cancer_type, 'NO CANCER') as category,
  c.source as setting,
  c.claim_id as trigger_claim_id,
  c.claim_line_number as trigger_line,
  c.therapy_code as trigger_code,
  cast(null as string) as drg_billed,
  coalesce(t.cancer_type, 'NO CANCER') as price_cell,
  c.facility_ccn,
  c.clinician_npi as attending_npi,
  cast(null as string) as operating_npi,
  cast(null as string) as primary_diagnosis_code,
  cast(null as string) as discharge_disposition_code,
  c.first_day as anchor_begin,
  c.first_day as anchor_end,
  c.last_day as post_anchor_end,
  c.last_day as monitor_end,
  c.first_day as lookback_begin,
  cast(null as int) as stay_days,
  cast(1 as bigint) as legs,
  c.other_payer_amount,
  cast(null as boolean) as is_highest_ranked,
  cast(null as string) as joined_to,
  cast(null as date) as begins_outpatient_on
from oncology_candidate c
left join candidate_cancer t
  on t.person_id = c.person_id
  and t.episode_id = c.episode_id
