-- purpose: the procedures of a stay, from every bill of it
-- grain: one row a stay and procedure, with its category where there is one
-- scope: person
-- inputs: acute_stay, stay_bill, readmission_rule, procedure, procedure_category
-- cite: CMS planned readmission algorithm, version 4 (procedures of the stay)
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   stay_id: the claim of the last bill of the stay
--   procedure_code: ICD-10-PCS code
--   category: category of the procedure; null where it has none
--
-- stay_bill               procedure                      stay_procedure
-- | stay | claim_id |    | claim_id | procedure_code |  | stay_id | procedure_code |
-- | 2    | i1       |    | i1       | 0210093        |  | i2      | 0210093        |
-- | 2    | i2       |
select distinct
  s.person_id,
  s.stay_id,
  p.procedure_code,
  c.category
from acute_stay s
cross join readmission_rule r
join stay_bill l
  on l.person_id = s.person_id
  and l.claim_id = s.stay_id
  and l.known_by = r.stays_known_by
join stay_bill b
  on b.person_id = l.person_id
  and b.known_by = l.known_by
  and b.setting = l.setting
  and b.place = l.place
  and b.stay_number = l.stay_number
join procedure p
  on p.person_id = b.person_id
  and p.claim_id = b.claim_id
left join procedure_category c on c.procedure_code = p.procedure_code
