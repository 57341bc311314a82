with value as (
  select
    claim_id, 'bill_type_code' as place,
    case when length(bill_type_code) > 2 then 1 else 0 end as is_there
  from institutional_claim
  where bill_type_code is not null
  union all
  select
    claim_id, 'claim_start_date' as place,
    case when claim_start_date is null then 0 else 1 end as is_there
  from institutional_claim
  union all
  select
    claim_id, 'effective_date' as place,
    case when effective_date is null then 0 else 1 end as is_there
  from institutional_claim
  union all
  select
    claim_id, 'facility_ccn' as place,
    case when facility_ccn is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select claim_id, 'drg_code' as place, case when drg_code is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'primary_diagnosis_code' as place,
    case when primary_diagnosis_code is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'discharge_disposition_code' as place,
    case when discharge_disposition_code is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'operating_ime_amount' as place,
    case when operating_ime_amount is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'operating_dsh_amount' as place,
    case when operating_dsh_amount is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'capital_ime_amount' as place,
    case when capital_ime_amount is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'capital_dsh_amount' as place,
    case when capital_dsh_amount is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'uncompensated_care_amount' as place,
    case when uncompensated_care_amount is null then 0 else 1 end as is_there
  from institutional_claim
  where claim_type_code in ('60', '61')
  union all
  select
    claim_id, 'revenue_center_code' as place,
    case when revenue_center_code is null then 0 else 1 end as is_there
  from institutional_line
  union all
  select
    claim_id, 'paid_amount' as place,
    case when paid_amount is null then 0 else 1 end as is_there
  from institutional_line
  union all
  select
    claim_id, 'claim_start_date of a line' as place,
    case when claim_start_date is null then 0 else 1 end as is_there
  from professional_line
  union all
  select
    claim_id, 'effective_date of a line' as place,
    case when effective_date is null then 0 else 1 end as is_there
  from professional_line
  union all
  select claim_id, 'hcpcs_code' as place, case when hcpcs_code is null then 0 else 1 end as is_there
  from professional_line
  where claim_type_code in ('71', '72')
  union all
  select
    claim_id, 'place_of_service_code' as place,
    case when place_of_service_code is null then 0 else 1 end as is_there
  from professional_line
  where claim_type_code in ('71', '72')
  union all
  select
    claim_id, 'rendering_npi' as place,
    case when rendering_npi is null then 0 else 1 end as is_there
  from professional_line
  where claim_type_code in ('71', '72')
  union all
  select
    claim_id, 'rendering_tin' as place,
    case when rendering_tin is null then 0 else 1 end as is_there
  from professional_line
  where claim_type_code in ('71', '72')
  union all
  select
    claim_id, 'allowed_amount' as place,
    case when allowed_amount is null then 0 else 1 end as is_there
  from professional_line
  where claim_type_code in ('71', '72')
  union all
  select
    claim_id, 'ndc_code' as place,
    case when ndc_code is null then 0 else 1 end as is_there
  from pharmacy_claim
  union all
  select
    claim_id, 'quantity' as place,
    case when quantity is null then 0 else 1 end as is_there
  from pharmacy_claim
  union all
  select
    claim_id, 'days_supply' as place,
    case when days_supply is null then 0 else 1 end as is_there
  from pharmacy_claim
  union all
  select
    cast(null as string) as claim_id, 'birth_date' as place,
    case when birth_date is null then 0 else 1 end as is_there
  from person
  union all
  select
    cast(null as string) as claim_id, 'sex' as place,
    case when sex = 'unknown' then 0 else 1 end as is_there
  from person
),
missing as (
  select place
  from value
  group by place
  having min(is_there) < max(is_there)
)
select v.claim_id, v.place
from value v
join missing m on m.place = v.place
where v.is_there = 0
