-- purpose: how well the tiers of a year ago found the cost and admissions of the year since
-- grain: one row a share of the panel of a year ago; none where nobody was in it
-- scope: population
-- inputs: panel_tier, panel_rank, panel_spending, hospital_episode, back_test_share, care_date
-- cite: none; tiers are never fitted to the year they are tested on
-- columns:
--   share: share of the panel that is picked, in percent
--   panel_people: people of the panel of a year ago
--   people: people who are picked: the highest tiers, in them the highest spending before
--   found: of them, people who were among as many with the highest spending since
--   spending: what was paid since for those who are picked (USD)
--   spending_before: the same, had spending before alone picked them (USD)
--   spending_most: the same of those with the highest spending since: the most anyone could find
--     (USD)
--   spending_all: what was paid since for the whole panel (USD)
--   admissions: unplanned admissions since of those who are picked
--   admissions_all: unplanned admissions since of the whole panel
--
-- panel_tier (a year ago)    panel_spending (since)      back_test
-- | person | tier |          | person | paid   |         | share | found |
-- | P1     | 5    |          | P1     | 90000  |         | 1     | 1     |
with admitted as (
  select
    e.person_id,
    count(*) as admissions
  from hospital_episode e
  join care_date d
    on d.as_of = e.as_of
    and d.is_today
    and e.admission_date > d.as_of_before
    and e.admission_date <= d.as_of
  where e.is_unplanned
  group by e.person_id
),
known as (
  select
    t.person_id,
    coalesce(s.paid_amount, cast(0 as decimal(18, 2))) as paid_since,
    coalesce(a.admissions, 0) as admissions,
    row_number() over (
      order by t.tier desc nulls last, r.paid_amount desc nulls last, t.person_id nulls last
    ) as picked_place,
    row_number() over (
      order by r.paid_amount desc nulls last, t.person_id nulls last
    ) as spending_place,
    row_number() over (
      order by s.paid_amount desc nulls last, t.person_id nulls last
    ) as since_place,
    count(*) over () as panel_people
  from panel_tier t
  join care_date d
    on d.is_today
    and d.as_of_before = t.as_of
  join panel_rank r
    on r.as_of = t.as_of
    and r.person_id = t.person_id
  left join panel_spending s
    on s.as_of = d.as_of
    and s.person_id = t.person_id
  left join admitted a on a.person_id = t.person_id
),
picked as (
  select
    h.share,
    k.*,
    k.picked_place * 100 <= h.share * k.panel_people as is_picked,
    k.spending_place * 100 <= h.share * k.panel_people as is_picked_by_spending,
    k.since_place * 100 <= h.share * k.panel_people as is_most
  from known k
  cross join back_test_share h
)
select
  share,
  max(panel_people) as panel_people,
  cast(sum(case when is_picked then 1 else 0 end) as bigint) as people,
  cast(sum(case when is_picked and is_most then 1 else 0 end) as bigint) as found,
  cast(sum(case when is_picked then paid_since else 0 end) as decimal(18, 2)) as spending,
  cast(sum(case when is_picked_by_spending then paid_since else 0 end) as decimal(18, 2))
    as spending_before,
  cast(sum(case when is_most then paid_since else 0 end) as decimal(18, 2)) as spending_most,
  cast(sum(paid_since) as decimal(18, 2)) as spending_all,
  cast(sum(case when is_picked then admissions else 0 end) as bigint) as admissions,
  cast(sum(admissions) as bigint) as admissions_all
from picked
group by share
