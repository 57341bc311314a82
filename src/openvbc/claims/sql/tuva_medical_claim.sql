-- purpose: Tuva medical_claim rows as typed values, with the reason where a row cannot be used
-- grain: one row a row of the input
-- Values of the header that only some lines of a claim bear hold for all of them.
select
  *,
  case
    when person_id is null then 'no person_id'
    when holds_a_quote(person_id) then 'a person_id that holds a quote'
    when claim_id is null then 'no claim_id'
    when line is null then 'no line number'
    when not is_day(claim_end_date) or not is_day(claim_start_date)
      then 'a date that does not exist'
    when end_date is null then 'no through date'
    when claim_type is null or claim_type not in ('institutional', 'professional')
      then 'claim_type that is neither institutional nor professional'
    when paid_amount is not null and paid is null then 'text where an amount belongs'
    when allowed_amount is not null and allowed is null then 'text where an amount belongs'
    when paid <> paid_exact or allowed <> allowed_exact then 'an amount with more than two decimals'
    when start_date > end_date then 'ends before it starts'
    when row_number() over line_of_claim > 1 then 'the same record twice in one file'
  end as reason
from (
  select
    upper(coalesce(person_id, member_id)) as person_id,
    claim_id,
    claim_type,
    claim_start_date,
    claim_end_date,
    paid_amount,
    allowed_amount,
    source_line,
    source_file,
    case
      when try_cast(claim_line_number as double) = floor(try_cast(claim_line_number as double))
        then try_cast(try_cast(claim_line_number as double) as bigint)
    end as line,
    day_of(coalesce(claim_start_date, claim_end_date)) as start_date,
    day_of(coalesce(claim_end_date, claim_start_date)) as end_date,
    coalesce(day_of(claim_line_start_date), day_of(claim_start_date))
      as line_start_date,
    coalesce(
      day_of(claim_line_end_date),
      day_of(claim_line_start_date),
      day_of(coalesce(claim_end_date, claim_start_date))) as line_end_date,
    day_of(paid_date) as paid_on,
    try_cast(paid_amount as decimal(12,2)) as paid,
    try_cast(paid_amount as decimal(18,6)) as paid_exact,
    try_cast(allowed_amount as decimal(12,2)) as allowed,
    try_cast(allowed_amount as decimal(18,6)) as allowed_exact,
    try_cast(charge_amount as decimal(12,2)) as charge,
    try_cast(service_unit_quantity as decimal(18,4)) as units,
    {bill_type} as bill_type_code,
    drg_code,
    admit_type_code,
    admit_source_code,
    discharge_disposition_code,
    revenue_center_code,
    hcpcs_code,
    hcpcs_modifier_1,
    place_of_service_code,
    facility_npi,
    facility_ccn,
    coalesce(rendering_npi, billing_npi) as rendering_npi,
    coalesce(rendering_tin, billing_tin) as rendering_tin,
    specialty_code,
    case
      when diagnosis_code_type like '%10%' or diagnosis_code_type = '0' then '0'
      when diagnosis_code_type like '%9%' then '9'
    end as code_version,
    {diagnoses}
  from (
    select
      * exclude (claim_start_date, claim_end_date, bill_type_code, diagnosis_code_type, paid_date),
      coalesce(claim_start_date, max(claim_start_date) over claim) as claim_start_date,
      coalesce(claim_end_date, max(claim_end_date) over claim) as claim_end_date,
      coalesce(bill_type_code, max(bill_type_code) over claim) as bill_type_code,
      coalesce(diagnosis_code_type, max(diagnosis_code_type) over claim) as diagnosis_code_type,
      coalesce(paid_date, max(paid_date) over claim) as paid_date
    from medical_claim
    window claim as (partition by claim_id, coalesce(person_id, member_id), claim_type)))
window line_of_claim as (
  partition by
    person_id, claim_id, claim_type, line, paid_amount, start_date, end_date, hcpcs_code,
    revenue_center_code
  order by source_line)
