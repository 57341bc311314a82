-- purpose: billed services that the user's national correct coding edits do not pay
-- grain: one row a service and edit that speaks against it
-- scope: person
-- inputs: care_billed, care_line, coding_pair, coding_indicator, coding_modifier, coding_limit,
--         coding_adjudication
-- cite: NCCI procedure-to-procedure and medically unlikely edits, as the user loaded them
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   service_id: the service, as in care_billed
--   rule_id: N01 (a pair of codes) or N02 (units)
--   verdict: deny; review where a modifier that the store does not keep, or a reviewer, may decide
--   evidence: what was found against it
--   other_claim: the line of the code that is paid
--
-- A pair counts on one day of one practitioner; column 1 is paid. The store keeps a line's first
-- modifier alone: where a modifier may help and the first is none that does, it is for review.
--
-- care_line                          coding_pair              billed_coding
-- | code  | date  | npi | modifier |  | column_1 | column_2 |  | service | rule_id |
-- | 99490 | 03-28 | 1   |          |  | 99490    | 99091    |  | 99091   | N01     |
-- | 99091 | 03-28 | 1   |          |
with line as (
  select
    s.person_id,
    s.service_id,
    l.code,
    l.biller_npi,
    l.service_date,
    l.units,
    l.modifier,
    l.claim_id,
    l.claim_line_number
  from care_billed s
  join care_line l
    on l.person_id = s.person_id
    and l.code = s.code
    and l.biller_npi = s.biller_npi
    and l.biller_tin = s.biller_tin
    and l.service_month = s.service_month
    and l.service_date >= s.service_date
    and l.service_date <= s.last_date
  where s.is_asked
),
measured as (
  select
    l.person_id,
    l.service_id,
    l.service_date,
    a.verdict,
    m.most_units,
    case when a.by_line then max(l.units) else cast(sum(l.units) as decimal(18, 2)) end as units
  from line l
  join coding_limit m
    on m.code = l.code
    and m.first_date <= l.service_date
    and (m.last_date is null or m.last_date >= l.service_date)
  join coding_adjudication a on a.adjudication = m.adjudication
  group by l.person_id, l.service_id, l.service_date, a.verdict, m.most_units, a.by_line
)
select distinct
  l.person_id,
  l.service_id,
  'N01' as rule_id,
  case when i.may_be_modified then 'review' else 'deny' end as verdict,
  o.code || ' of ' || cast(o.service_date as string) || ' by the same practitioner' as evidence,
  o.claim_id || '/' || cast(o.claim_line_number as string) as other_claim
from line l
join coding_pair p
  on p.column_2 = l.code
  and p.first_date <= l.service_date
  and (p.last_date is null or p.last_date >= l.service_date)
join coding_indicator i on i.modifier_indicator = p.modifier_indicator
join care_line o
  on o.person_id = l.person_id
  and o.code = p.column_1
  and o.biller_npi = l.biller_npi
  and o.service_date = l.service_date
left join coding_modifier m on m.modifier = l.modifier
where not i.may_be_modified
  or m.modifier is null
union all
select
  person_id,
  service_id,
  'N02' as rule_id,
  verdict,
  cast(cast(units as bigint) as string) || ' units on ' || cast(service_date as string)
    || ', at most ' || cast(most_units as string) as evidence,
  cast(null as string) as other_claim
from measured
where units > most_units
