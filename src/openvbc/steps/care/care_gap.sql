-- purpose: open gaps: prevention from claims, and gaps of a quality run and a risk review
-- grain: one row a person, source and gap
-- scope: person
-- inputs: panel, person, professional_line, institutional_line, institutional_claim, service_code,
--         prevention, given_gap, person_identifier, care_date
-- cite: 42 CFR 410.15 (annual wellness visit); defaults of this program; quality and risk rules
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   owner: who answers for the person
--   source: PREVENTION, QUALITY or RISK
--   gap: what is open
--   rule: why it is
--   next_action: what would close it
--   due: day by which it is closed
--   last_date: day of the last service that closed it; null where none is known
--   evidence_claim: the claim of that service, or the evidence of the gap
--
-- A yearly service is due again on the first day of the same month a year later; one that is not
-- known at all by the end of the year.
--
-- professional_line             care_gap
-- | G0439 | 2023-03-10 |        | annual wellness visit | due 2024-03-01 |
with sought as (
  select distinct
    s.service,
    s.code
  from service_code s
  join prevention v on v.service = s.service
  where s.code_kind = 'HCPCS'
),
served as (
  select
    l.person_id,
    s.service,
    max(l.claim_line_start_date) as last_date,
    max_by(l.claim_id, cast(l.claim_line_start_date as string) || l.claim_id) as evidence_claim
  from professional_line l
  join sought s on s.code = l.hcpcs_code
  join care_date d
    on d.is_today
    and l.claim_line_start_date <= d.as_of
    and coalesce(l.load_date, l.claim_end_date) <= d.as_of
  where l.sign = 1
    and not l.is_denied
  group by l.person_id, s.service
  union all
  select
    l.person_id,
    s.service,
    max(l.claim_line_start_date) as last_date,
    max_by(l.claim_id, cast(l.claim_line_start_date as string) || l.claim_id) as evidence_claim
  from institutional_line l
  join institutional_claim c
    on c.person_id = l.person_id
    and c.claim_id = l.claim_id
    and c.sign = 1
    and not c.is_denied
  join sought s on s.code = l.hcpcs_code
  join care_date d
    on d.is_today
    and l.claim_line_start_date <= d.as_of
    and coalesce(c.load_date, c.claim_end_date) <= d.as_of
  group by l.person_id, s.service
),
last_served as (
  select
    person_id,
    service,
    max(last_date) as last_date,
    max_by(evidence_claim, cast(last_date as string) || evidence_claim) as evidence_claim
  from served
  group by person_id, service
),
prevented as (
  select
    n.person_id,
    n.owner,
    'PREVENTION' as source,
    v.gap,
    'from age ' || cast(v.age_from as string) || ', tier '
      || cast(v.lowest_tier as string) || ' and higher' as rule,
    v.next_action,
    case
      when s.last_date is null then add_months(date_add(last_day(d.as_of), 1), 12 - month(d.as_of))
      else add_months(
        date_add(last_day(add_months(s.last_date, 0 - 1)), 1), v.every_months
      )
    end as due,
    s.last_date,
    s.evidence_claim,
    d.as_of
  from panel n
  join person p on p.person_id = n.person_id
  join care_date d on d.is_today
  join prevention v
    on n.tier >= v.lowest_tier
    and add_months(p.birth_date, 12 * v.age_from) <= d.as_of
  left join last_served s
    on s.person_id = n.person_id
    and s.service = v.service
  where s.last_date is null
    or v.every_months is not null
)
select
  person_id,
  owner,
  source,
  gap,
  rule,
  next_action,
  case when last_date is null then date_add(due, 0 - 1) else due end as due,
  last_date,
  evidence_claim
from prevented
where last_date is null
  or due <= as_of
union all
select
  n.person_id,
  n.owner,
  g.source,
  g.gap,
  g.rule,
  g.next_action,
  g.due,
  cast(null as date) as last_date,
  g.evidence as evidence_claim
from given_gap g
join (
  select distinct member_id, person_id
  from person_identifier
  union
  select person_id as member_id, person_id
  from person_identifier
) i
  on i.member_id = g.member_id
join panel n on n.person_id = i.person_id
