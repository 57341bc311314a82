-- purpose: social needs of people as of the day asked for, open or closed
-- grain: one row a person and domain that something was said of
-- scope: person
-- inputs: need_event, equity_setting
-- cite: a need is open from a positive answer until a later negative one, or a closed referral
-- columns:
--   person_id: the person, by the identifier the claim store gives
--   domain: the domain of the need
--   is_open: whether it is open
--   decided_on: the day that decides
--   source: the source that decides
--   evidence: the instrument's item, or the claim
--   first_positive: first day on which the need was told
--
-- The last day counts; on one day an instrument counts before a claim, and one positive answer of
-- several makes the need open. Declining says nothing.
--
-- need_event                              social_need
-- | domain | outcome  | date       |      | domain | is_open |
-- | food   | positive | 2024-01-10 |      | food   | false   |
-- | food   | negative | 2024-06-01 |
with said as (
  select e.*
  from need_event e
  cross join equity_setting s
  where e.event_date <= s.as_of
    and e.outcome <> 'declined'
),
ranked as (
  select
    s.*,
    row_number() over (
      partition by s.person_id, s.domain
      order by s.event_date desc nulls last, s.source_rank nulls last,
        case when s.outcome = 'positive' then 0 else 1 end nulls last, s.evidence nulls last
    ) as place
  from said s
),
begun as (
  select person_id, domain, min(event_date) as first_positive
  from said
  where outcome = 'positive'
  group by person_id, domain
)
select
  r.person_id,
  r.domain,
  r.outcome = 'positive' as is_open,
  r.event_date as decided_on,
  r.source,
  r.evidence,
  b.first_positive
from ranked r
left join begun b
  on b.person_id = r.person_id
  and b.domain = r.domain
where r.place = 1
