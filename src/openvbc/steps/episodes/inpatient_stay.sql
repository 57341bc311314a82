-- purpose: inpatient stays with their MS-DRG of the price's year and their amounts
-- grain: one row an inpatient stay with a positive amount
-- scope: person
-- inputs: stay, stay_bill, institutional_claim, claim_addition, episode_model, episode_facility,
--   drg_remap, drg_weight
-- cite: CMS shadow bundles programs c1 (clean stays), c1_remap (MS-DRG of the price's year)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   facility_ccn: CMS certification number of the facility
--   admission_date: day of admission
--   discharge_date: day of discharge
--   discharge_disposition_code: discharge status code of the last bill
--   primary_diagnosis_code: principal diagnosis (ICD-10-CM)
--   drg_billed: MS-DRG as billed
--   drg: MS-DRG of the fiscal year of the prices; triggers and exclusions use it
--   fiscal_year: federal fiscal year of the discharge
--   mdc: major diagnostic category of the MS-DRG; null where no table of MS-DRGs was given
--   mean_stay_tenths: geometric mean length of stay of the MS-DRG billed (tenths of a day)
--   attending_npi: attending clinician
--   operating_npi: operating clinician
--   amount: what the stay cost on the basis the contract chose (USD); null where it is not given
--   outlier_amount: the part of it that is outlier payment (USD)
--   paid_amount: what was paid (USD)
--   primary_payer_amount: what another payer paid first (USD)
--   is_acute_type: whether the stay may be a leg of a transfer
--   is_paid_by_mean_stay: prorated by geometric mean stay: a hospital of inpatient prospective
--     payment; under some models long-term care and rehabilitation hospitals too
--   kind: INPATIENT_ACUTE, LONG_TERM, REHABILITATION or INPATIENT_OTHER
--
-- stay                                   drg_remap          inpatient_stay
-- | stay_id | drg_code | discharge  |    | 246 | 2023 | 321 |  | stay_id | drg_billed | drg |
-- | 7       | 246      | 2023-03-05 |                          | 7       | 246        | 321 |
with bill as (
  select
    b.known_by,
    b.person_id,
    b.setting,
    b.place,
    b.stay_number,
    b.paid_amount,
    case m.amount_basis
      when 'STANDARDIZED' then a.standardized_amount
      when 'ALLOWED' then a.allowed_amount
      else b.paid_amount end as amount,
    a.outlier_amount,
    a.primary_payer_amount
  from stay_bill b
  join episode_model m on m.known_by = b.known_by
  left join claim_addition a
    on a.claim_id = b.claim_id
    and a.claim_line_number is null
  where b.setting = 'INPATIENT'
),
whole as (
  select
    known_by,
    person_id,
    setting,
    place,
    stay_number,
    case when count(amount) = count(*) then cast(sum(amount) as decimal(18, 2)) end as amount,
    cast(coalesce(sum(outlier_amount), 0) as decimal(18, 2)) as outlier_amount,
    cast(coalesce(sum(primary_payer_amount), 0) as decimal(18, 2)) as primary_payer_amount,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount
  from bill
  group by known_by, person_id, setting, place, stay_number
),
last_bill as (
  select
    w.person_id,
    w.amount,
    w.outlier_amount,
    w.primary_payer_amount,
    w.paid_amount,
    b.claim_id
  from whole w
  join stay_bill b
    on b.known_by = w.known_by
    and b.person_id = w.person_id
    and b.setting = w.setting
    and b.place = w.place
    and b.stay_number = w.stay_number
    and b.is_last
),
dated as (
  select
    s.person_id,
    s.stay_id,
    s.facility_ccn,
    s.admission_date,
    s.discharge_date,
    s.discharge_disposition_code,
    s.primary_diagnosis_code,
    s.drg_code,
    m.other_hospitals_by_mean_stay,
    year(add_months(s.discharge_date, m.fiscal_year_months)) as fiscal_year,
    l.amount,
    l.outlier_amount,
    l.primary_payer_amount,
    l.paid_amount
  from stay s
  join episode_model m on m.known_by = s.known_by
  join last_bill l
    on l.person_id = s.person_id
    and l.claim_id = s.stay_id
  where s.setting = 'INPATIENT'
    and (l.amount is null or l.amount > 0)
)
select
  d.person_id,
  d.stay_id,
  d.facility_ccn,
  d.admission_date,
  d.discharge_date,
  d.discharge_disposition_code,
  d.primary_diagnosis_code,
  d.drg_code as drg_billed,
  coalesce(r.drg_mapped, d.drg_code) as drg,
  d.fiscal_year,
  w.mdc,
  g.mean_stay_tenths,
  c.attending_npi,
  c.operating_npi,
  d.amount,
  d.outlier_amount,
  d.paid_amount,
  d.primary_payer_amount,
  coalesce(f.is_acute or f.is_critical_access or f.is_cancer, false) as is_acute_type,
  coalesce(
    (f.is_acute and not f.is_cancer)
      or (d.other_hospitals_by_mean_stay and (f.is_long_term or f.is_rehabilitation)),
    false
  ) as is_paid_by_mean_stay,
  case
    when f.is_acute or f.is_critical_access or f.is_cancer then 'INPATIENT_ACUTE'
    when f.is_long_term then 'LONG_TERM'
    when f.is_rehabilitation then 'REHABILITATION'
    else 'INPATIENT_OTHER' end as kind
from dated d
left join drg_remap r
  on r.drg_billed = d.drg_code
  and r.fiscal_year = d.fiscal_year
left join drg_weight g
  on g.drg = d.drg_code
  and g.fiscal_year = d.fiscal_year
left join (
  select drg, max(mdc) as mdc from drg_weight group by drg
) w on w.drg = coalesce(r.drg_mapped, d.drg_code)
left join episode_facility f on f.facility_ccn = d.facility_ccn
left join institutional_claim c
  on c.person_id = d.person_id
  and c.claim_id = d.stay_id
