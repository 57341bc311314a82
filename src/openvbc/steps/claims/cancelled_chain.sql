-- purpose: natural keys under which something was cancelled; all other records stand as they are
-- grain: one row a person, kind of claim and natural key
-- scope: person
-- inputs: institutional_claim, professional_line
-- cite: CCLF information packet 5.1-5.3
--
-- professional_line                cancelled_chain
-- | natural_key | sign |  | claim_kind   | natural_key |
-- | k1          |    1 |  | professional | k1          |
-- | k1          |   -1 |
-- | k2          |    1 |
select distinct person_id, 'institutional' as claim_kind, natural_key
from institutional_claim
where sign = -1
union all
select distinct person_id, 'professional' as claim_kind, natural_key
from professional_line
where sign = -1
