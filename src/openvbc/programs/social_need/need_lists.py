"""Lists of people with open needs, and what was done about them."""

from __future__ import annotations

from openvbc.engine.base import Engine
from openvbc.programs.listing import Field, Listing

_FIELDS = {
    "person_id": Field("Person", role="who"),
    "domain": Field("Need"),
    "first_positive": Field("First told on", "date"),
    "decided_on": Field("Last told on", "date"),
    "source": Field("Told by"),
    "evidence": Field("Evidence", role="evidence"),
    "referral_date": Field("Referred on", "date"),
    "state": Field("State of the referral"),
}
_SQL = """
with referred as (
  select person_id, domain, max(referral_date) as referral_date
  from given_referral
  where closed_date is null
  group by person_id, domain
)
select n.person_id, n.domain, n.first_positive, n.decided_on, n.source, n.evidence,
  r.referral_date,
  case when r.person_id is null then 'not referred' else 'referred, open' end as state
from social_need n
join eligible_person p on p.person_id = n.person_id
left join referred r on r.person_id = n.person_id and r.domain = n.domain
where n.is_open
order by r.person_id is not null, n.decided_on, n.person_id, n.domain
"""


def need_lists(engine: Engine) -> list[Listing]:
    """Open needs; those nobody was referred for first, the oldest first."""
    rows = engine.rows(_SQL)
    return [
        Listing(
            "open_needs",
            "Open social needs",
            list(_FIELDS.values()),
            [[row[name] for name in _FIELDS] for row in rows],
            "A need stays open until a later answer says no or a referral is closed.",
        )
    ]
