"""What a risk page shows: means, prevalence, distribution, ratios, caps, gaps, tiers, cohorts.

Every list is rows of plain values; nothing in them names a person, but `tiers` and
`exposure.gaps`, which are work lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.table import SmallTable
from openvbc.programs.claims_program import Measured, Workbench
from openvbc.programs.listing import Listing
from openvbc.programs.risk.explain import labels
from openvbc.programs.risk.exposure import Exposure, find_exposure
from openvbc.programs.risk.listings import gap_listing, tier_listing
from openvbc.programs.risk.shared_savings import ComputedScores
from openvbc.rules.load import RuleSet, load_code_table, load_rules
from openvbc.rules.parameter import rows as parameter_rows

Row = dict[str, Any]
BAND = Decimal("0.25")
HIGHEST_BAND = Decimal(5)


@dataclass(frozen=True)
class RiskReview:
    """The tables of a risk page."""

    mean_scores: list[Row]
    """calendar_year, enrollment_type, people, person_months, mean_score (renormalized, assigned
    people, weighted by months), mean_demographic_score."""
    raw_scores: list[Row]
    """calendar_year, model, segment, people, mean_raw_score, mean_payment_conditions."""
    prevalence: list[Row]
    """calendar_year, model, hcc, label, people, share of the assigned people scored."""
    distribution: list[Row]
    """calendar_year, enrollment_type, from_score, people: bands of a quarter; the last is open."""
    caps: list[Row]
    """enrollment_type, risk_growth, limit, risk_adjustment, cap_binds, why: from the benchmark."""
    cohorts: list[Row]
    """calendar_year, cohort, people."""
    tiers: list[Row]
    """person_id, enrollment_type, risk_score, tier, name: the latest year, assigned people."""
    exposure: Exposure | None
    """None when the year before was not scored."""
    closing: list[Row]
    """What closing every gap would do, in dollars; see `what_closing_does`."""
    notes: list[str]
    rule_tables: Sequence[SmallTable] = ()
    """The small tables that scoring was given; ``vbc explain`` reads them from the run."""

    def listings(self) -> list[Listing]:
        """The work lists: about people, and in no report for others."""
        gaps = [gap_listing(self.exposure)] if self.exposure else []
        return [*gaps, *([tier_listing(self.tiers)] if self.tiers else [])]


@dataclass(frozen=True)
class Reviewed:
    """Which people and years a review is about, and how a program's money follows the scores."""

    performance_year: int
    period: str
    """The period of the performance year, as the program's steps name it."""
    years: Mapping[str, int]
    """Calendar year by period."""
    caps: Sequence[Row]
    """Growth of the score and its cap, from the program's benchmark; empty where it has none."""
    closing: Callable[[Exposure], Sequence[Row]]
    """What closing every gap would do, in the program's dollars."""


def review(
    reviewed: Reviewed, bench: Workbench, measured: Measured, computed: ComputedScores
) -> RiskReview:
    """Compute everything a risk page shows; scores are computed even where others were given."""
    notes = list(computed.notes)
    if "computed_risk_score" not in measured.results:
        notes.append(
            "The benchmark uses the risk scores that were given; the scores of this review are "
            "computed from the claims."
        )
    if computed.without_claims:
        years = ", ".join(str(year) for year in computed.without_claims)
        notes.append(f"Scores of {years} cannot be computed: no claims of the year before.")
    year, engine = reviewed.performance_year, bench.engine
    if year not in computed.weights:
        return RiskReview(
            [], [], [], [], list(reviewed.caps), [], [], None, [], notes, computed.small
        )
    _register(engine, measured, computed, reviewed.years)
    exposure = None
    closing: list[Row] = []
    if year - 1 in computed.weights:
        exposure = find_exposure(
            engine, bench.store, measured.results, computed,
            payment_year=year, period=reviewed.period, folder=bench.folder / "exposure",
            progress=bench.progress,
        )  # fmt: skip
        closing = list(reviewed.closing(exposure))
        _register(engine, measured, computed, reviewed.years)
    return RiskReview(
        engine.rows(_MEANS),
        engine.rows(_RAW),
        _prevalence(engine),
        engine.rows(_DISTRIBUTION),
        list(reviewed.caps),
        _cohorts(engine),
        tiers(engine.rows(_SCORES + f" where a.calendar_year = {year}")),
        exposure,
        closing,
        notes,
        computed.small,
    )


def _register(
    engine: Engine, measured: Measured, computed: ComputedScores, years: Mapping[str, int]
) -> None:
    for name in ("population", "measured_enrollment"):
        engine.register(name, measured.results[name].table.parts)
    for name in ("computed_risk_score", "risk_raw_score", "risk_condition", "scored_person"):
        engine.register(name, computed.results[name].table.parts)
    engine.register_small(
        SmallTable("period_year", {"period": "string", "calendar_year": "int"}, [*years.items()])
    )


_ASSIGNED = """
with assigned as (
  select q.person_id, y.calendar_year
  from population q
  join period_year y on y.period = q.period
  where q.population = 'ASSIGNED'
)
"""
_SCORES = (
    _ASSIGNED
    + """
select s.person_id, s.calendar_year, s.enrollment_type, s.risk_score, s.demographic_score
from computed_risk_score s
join assigned a on a.person_id = s.person_id and a.calendar_year = s.calendar_year
"""
)
_MEANS = (
    _ASSIGNED
    + """,
scored as (
  select m.calendar_year, m.enrollment_type, m.person_months, s.risk_score, s.demographic_score
  from measured_enrollment m
  join assigned a on a.person_id = m.person_id and a.calendar_year = m.calendar_year
  join computed_risk_score s
    on s.person_id = m.person_id
    and s.calendar_year = m.calendar_year
    and s.enrollment_type = m.enrollment_type
  where m.person_months > 0
)
select
  calendar_year,
  enrollment_type,
  count(*) as people,
  cast(sum(person_months) as bigint) as person_months,
  cast(sum(risk_score * person_months) as double) / cast(sum(person_months) as double)
    as mean_score,
  cast(sum(demographic_score * person_months) as double) / cast(sum(person_months) as double)
    as mean_demographic_score
from scored
group by calendar_year, enrollment_type
order by calendar_year, enrollment_type
"""
)
_RAW = (
    _ASSIGNED
    + """
select
  r.payment_year as calendar_year,
  r.model,
  r.segment,
  count(*) as people,
  cast(sum(r.raw_score) as double) / count(*) as mean_raw_score,
  cast(sum(r.payment_conditions) as double) / count(*) as mean_payment_conditions
from risk_raw_score r
join scored_person s on s.person_id = r.person_id and s.payment_year = r.payment_year
join assigned a on a.person_id = s.beneficiary_id and a.calendar_year = s.payment_year
group by r.payment_year, r.model, r.segment
order by r.payment_year, r.model, r.segment
"""
)
_PREVALENCE = (
    _ASSIGNED
    + """,
people as (
  select calendar_year, count(*) as people
  from assigned
  group by calendar_year
)
select
  c.payment_year as calendar_year,
  c.model,
  c.hcc,
  count(distinct s.beneficiary_id) as people,
  cast(count(distinct s.beneficiary_id) as double) / max(p.people) as share
from risk_condition c
join risk_raw_score r
  on r.person_id = c.person_id
  and r.payment_year = c.payment_year
  and r.model = c.model
join scored_person s on s.person_id = c.person_id and s.payment_year = c.payment_year
join assigned a on a.person_id = s.beneficiary_id and a.calendar_year = s.payment_year
join people p on p.calendar_year = a.calendar_year
where c.dropped_by is null
group by c.payment_year, c.model, c.hcc
order by c.payment_year, c.model, c.hcc
"""
)
_DISTRIBUTION = f"""
select
  calendar_year,
  enrollment_type,
  least(cast(floor(risk_score / {BAND}) * {BAND} as decimal(9, 2)), {HIGHEST_BAND}) as from_score,
  count(*) as people
from ({_SCORES}) scores
group by calendar_year, enrollment_type, from_score
order by calendar_year, enrollment_type, from_score
"""


def _prevalence(engine: Engine) -> list[Row]:
    names: dict[str, dict[int, str]] = {}
    rows = engine.rows(_PREVALENCE)
    for row in rows:
        known = names.setdefault(row["model"], labels(row["model"]))
        row["label"] = known.get(row["hcc"], "")
    return rows


def _cohorts(engine: Engine) -> list[Row]:
    columns = {"cohort": "string", "model": "string", "hcc": "int"}
    rows = [tuple(r[c] for c in columns) for r in load_code_table("hcc", "chronic_cohort")]
    engine.register_small(SmallTable("chronic_cohort", columns, rows))
    return engine.rows(
        _ASSIGNED + "select c.payment_year as calendar_year, k.cohort, "
        "count(distinct s.beneficiary_id) as people from risk_condition c "
        "join chronic_cohort k on k.model = c.model and k.hcc = c.hcc "
        "join scored_person s on s.person_id = c.person_id and s.payment_year = c.payment_year "
        "join assigned a on a.person_id = s.beneficiary_id "
        "and a.calendar_year = s.payment_year "
        "group by c.payment_year, k.cohort order by c.payment_year, k.cohort"
    )


def tiers(scores: Iterable[Row], rules: RuleSet | None = None) -> list[Row]:
    """Each person's risk tier by rank of the score among those given.

    Of several enrollment types a person's highest score counts. The rule ``risk_tier`` holds the
    cut points as percentiles; an overlay of the rules ``hcc`` may set others.
    """
    parameter = (rules or load_rules("hcc")).get("risk_tier")
    cuts = sorted(parameter_rows(parameter.value), key=lambda row: int(str(row["from_percentile"])))
    best: dict[str, Row] = {}
    for row in scores:
        if row["risk_score"] is not None:
            kept = best.get(row["person_id"])
            if kept is None or row["risk_score"] > kept["risk_score"]:
                best[row["person_id"]] = dict(row)
    ordered = sorted(best.values(), key=lambda row: (row["risk_score"], row["person_id"]))
    tier_rows = []
    for place, row in enumerate(ordered):
        percentile = Decimal(100 * place) / len(ordered)
        cut = [c for c in cuts if percentile >= int(str(c["from_percentile"]))][-1]
        tier_rows.append(
            {
                "person_id": row["person_id"],
                "enrollment_type": row["enrollment_type"],
                "risk_score": row["risk_score"],
                "tier": int(str(cut["tier"])),
                "name": str(cut["name"]),
            }
        )
    return tier_rows[::-1]
