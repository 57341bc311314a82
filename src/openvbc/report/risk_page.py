"""The risk sections of a run's report: scores, caps, prevalence, gaps, and what they are worth.

Everything comes from :class:`openvbc.programs.risk.review.RiskReview`; nothing is computed here but
counts and shares for display, and no person is named. In a report for others small counts are
hidden (:mod:`openvbc.report.disclosure`), together with the means and shares over them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.format import in_words, show
from openvbc.programs.risk.review import RiskReview
from openvbc.report import charts
from openvbc.report.disclosure import Disclosure
from openvbc.report.page import Block, Card, Cards, Figure, Grid, Note, Notes, Section
from openvbc.report.run_analyst import TYPE_NAMES, type_name
from openvbc.report.sharing import sentences_for_sharing

Rows = Sequence[Mapping[str, Any]]
SHOWN_CONDITIONS = 40
"""Rows of a table of conditions; the whole list is in the files of ``vbc risk``."""
KINDS = {"RECAPTURE": "Coded in an earlier year", "SUSPECT": "Suggested by other evidence"}
STATES = {
    "OPEN": "open",
    "CLOSED": "coded again",
    "SUPERSEDED": "a worse condition of its family is coded",
}


def risk_sections(review: RiskReview, shown: Disclosure) -> list[Section]:
    """The sections Risk and Coding gaps."""
    return [_scores(review, shown), _gaps(review, shown)]


def _scores(review: RiskReview, shown: Disclosure) -> Section:
    blocks: list[Block] = [
        Notes(
            "How these scores were made",
            sentences_for_sharing(review.notes) if shown.shared else review.notes,
        )
    ]
    if review.mean_scores:
        blocks += _means(review.mean_scores, shown)
    if review.caps:
        blocks += _caps(review.caps, shown)
    if review.distribution and not shown.shared:
        blocks.append(_distribution(review.distribution))
    if review.tiers:
        blocks.append(_tiers(review.tiers, shown))
    if review.raw_scores:
        blocks.append(_raw(review.raw_scores, shown))
    if review.prevalence:
        blocks.append(_prevalence(review.prevalence, shown))
    # Conditions of a hierarchy, or of another model, add up to a cohort: others get one view only.
    if review.cohorts and not shown.shared:
        blocks.append(_cohorts(review.cohorts))
    return Section(
        "Risk",
        blocks,
        "CMS-HCC scores of the assigned people, renormalized by enrollment type: 1 is the mean of "
        "the reference population.",
    )


def _means(rows: Rows, shown: Disclosure) -> list[Block]:
    ordered = sorted(rows, key=lambda r: (r["calendar_year"], _place(r["enrollment_type"])))
    body = [
        [
            str(row["calendar_year"]),
            type_name(row["enrollment_type"]),
            *(
                shown.figure(("type", row["enrollment_type"]), cell)
                for cell in (
                    f"{row['people']:,}",
                    f"{row['person_months']:,}",
                    _score(row["mean_score"]),
                    _score(row["mean_demographic_score"]),
                )
            ),
        ]
        for row in ordered
    ]
    heads = ["Year", "Enrollment type", "People", "Person-months", "Mean score",
             "Mean demographic score"]  # fmt: skip
    points: list[tuple[str, charts.Number, str]] = [
        (str(row["calendar_year"]), row["mean_score"], type_name(row["enrollment_type"]))
        for row in ordered
        if not shown.hides(("type", row["enrollment_type"]))
    ]
    return [
        charts.lines(
            points, "mean score", "Mean renormalized score by enrollment type.", dollars=False
        ),
        Grid(heads, body, "Mean renormalized scores, by person-months.", frozenset(heads[2:])),
    ]


def _caps(rows: Rows, shown: Disclosure) -> list[Block]:
    rows = [row for row in rows if not shown.hides(("type", row["enrollment_type"]))]
    body = [
        [
            type_name(row["enrollment_type"]),
            _score(row["risk_growth"]),
            _score(row["limit"]),
            _score(row["risk_adjustment"]),
            "yes" if row["cap_binds"] else "no",
        ]
        for row in sorted(rows, key=lambda r: _place(r["enrollment_type"]))
    ]
    heads = ["Enrollment type", "Ratio of renormalized scores", "Limit of growth", "Ratio used",
             "Cap binds"]  # fmt: skip
    binding = [type_name(row["enrollment_type"]) for row in rows if row["cap_binds"]]
    text = (
        f"The cap on risk score growth lowers the benchmark of: {'; '.join(binding)}."
        if binding
        else "The cap on risk score growth binds for no enrollment type shown."
    )
    caption = (
        "Growth of the renormalized score from benchmark year 3 to the performance year, as the "
        "benchmark of this run uses it."
    )
    return [
        Grid(heads, body, caption, frozenset(heads[1:4])),
        Note(text, "warning" if binding else "info"),
    ]


def _distribution(rows: Rows) -> Figure:
    """People by score in bands of a quarter; not in a report for others: bands are small."""
    latest = max(row["calendar_year"] for row in rows)
    own = [row for row in rows if row["calendar_year"] == latest]
    kinds = sorted({row["enrollment_type"] for row in own}, key=_place)
    points: list[tuple[str, charts.Number, str]] = [
        (f"{row['from_score']:.2f}", row["people"], type_name(kind))
        for kind in kinds
        for row in own
        if row["enrollment_type"] == kind
    ]
    points.sort(key=lambda point: Decimal(point[0]))
    return charts.columns(
        points,
        "renormalized score, from",
        "people",
        f"Assigned people by score in {latest}, in bands of a quarter; the last is open.",
    )


def _tiers(rows: Rows, shown: Disclosure) -> Grid:
    counts = Counter((row["tier"], row["name"]) for row in rows)
    body = [
        [str(tier), in_words(name), shown.show(("tier", tier), people)]
        for (tier, name), people in sorted(counts.items())
    ]
    heads = ["Tier", "Name", "People"]
    return Grid(heads, body, "Risk tiers by rank of the score.", frozenset({"People"}))


def _raw(rows: Rows, shown: Disclosure) -> Grid:
    latest = max(row["calendar_year"] for row in rows)
    heads = ["Model", "Segment", "People", "Mean raw score", "Payment conditions a person"]
    body = [
        [
            row["model"],
            row["segment"],
            *(
                shown.figure(("segment", row["model"], row["segment"]), cell)
                for cell in (
                    f"{row['people']:,}",
                    _score(row["mean_raw_score"]),
                    f"{row['mean_payment_conditions']:.2f}",
                )
            ),
        ]
        for row in rows
        if row["calendar_year"] == latest
    ]
    caption = f"Raw scores of {latest} by model and segment, before renormalization."
    return Grid(heads, body, caption, frozenset(heads[2:]), searchable=len(body) > 12)


def _prevalence(rows: Rows, shown: Disclosure) -> Grid:
    latest = max(row["calendar_year"] for row in rows)
    models = {row["model"] for row in rows if row["calendar_year"] == latest}
    if shown.shared:
        models = {max(models, key=lambda model: (not model.startswith("ESRD"), model))}
    own = sorted(
        (row for row in rows if row["calendar_year"] == latest and row["model"] in models),
        key=lambda row: (-row["people"], row["model"], row["hcc"]),
    )
    heads = ["Condition", "Model", "HCC", "People", "Share of assigned people"]
    body = [
        [
            row["label"],
            row["model"],
            str(row["hcc"]),
            *(
                shown.figure(("condition", row["model"], row["hcc"]), cell)
                for cell in (f"{row['people']:,}", show(row["share"], "ratio"))
            ),
        ]
        for row in own[:SHOWN_CONDITIONS]
    ]
    caption = f"Payment conditions of {latest} after hierarchies{_most_of(own)}."
    return Grid(heads, body, caption, frozenset(heads[2:]), searchable=True)


def _cohorts(rows: Rows) -> Grid:
    years = sorted({row["calendar_year"] for row in rows})
    people = {(row["cohort"], row["calendar_year"]): row["people"] for row in rows}
    names = sorted({name for name, _ in people}, key=lambda n: -people.get((n, years[-1]), 0))
    heads = ["Chronic cohort", *(str(year) for year in years)]
    body = [
        [
            in_words(name),
            *(f"{people.get((name, year), 0):,}" for year in years),
        ]
        for name in names
    ]
    return Grid(heads, body, "Assigned people by chronic cohort.", frozenset(heads[1:]))


def _gaps(review: RiskReview, shown: Disclosure) -> Section:
    found = review.exposure
    if found is None:
        text = "Gaps need the scores of the performance year and of the year before."
        return Section("Coding gaps", [Note(text)])
    blocks: list[Block] = [Cards(_dollars(review.closing))] if review.closing else []
    blocks.append(
        Note(
            "A gap is a question to a clinician, never a diagnosis. Closing it means that the "
            "condition is found, treated and documented; a condition that is gone stays uncoded."
        )
    )
    if review.closing:
        blocks += _closing(review.closing, shown)
    states = [
        [
            KINDS[row["kind"]],
            STATES[row["state"]],
            shown.show(("gaps", row["kind"], row["state"]), row["count"]),
        ]
        for row in found.states
    ]
    caption = f"What became of the conditions known before or suggested, {found.payment_year}."
    heads = ["Gap", "State", "Count"]
    blocks.append(Grid(heads, states, caption, frozenset({"Count"})))
    heads = ["Condition", "Gap", "Open gaps", "People", "Mean value", "Value of all"]
    body = [
        [
            row["condition"],
            KINDS[row["kind"]],
            *(
                shown.figure(("open gaps", row["kind"], row["condition"]), cell)
                for cell in (
                    f"{row['gaps']:,}",
                    f"{row['people']:,}",
                    _score(row["mean_value"]),
                    _score(row["total_value"]),
                )
            ),
        ]
        for row in found.by_condition[:SHOWN_CONDITIONS]
    ]
    caption = (
        "Open gaps by condition; the value is the change of the renormalized score when the whole "
        f"score is computed again{_most_of(found.by_condition)}. The people are in the files of "
        "the command risk."
    )
    blocks.append(Grid(heads, body, caption, frozenset(heads[2:]), searchable=len(body) > 12))
    return Section(
        "Coding gaps",
        blocks,
        f"Chronic conditions not coded for {found.payment_year}, and what closing every gap would "
        "do to the benchmark and the settlement.",
    )


def _dollars(closing: Rows) -> list[Card]:
    by_name = {row["scenario"]: row for row in closing}
    capped, free = by_name["all gaps closed"], by_name["all gaps closed, no cap"]
    return [
        Card("Benchmark, gaps closed, before caps", show(free["benchmark_change"], "USD")),
        Card("Benchmark, gaps closed, after caps", show(capped["benchmark_change"], "USD")),
        Card("Settlement, gaps closed, before caps", show(free["settlement_change"], "USD")),
        Card("Settlement, gaps closed, after caps", show(capped["settlement_change"], "USD")),
    ]


def _closing(closing: Rows, shown: Disclosure) -> list[Block]:
    heads = ["Scenario", "Benchmark", "Change", "Savings rate", "Earned savings or owed losses",
             "Change of settlement"]  # fmt: skip
    body = [
        [
            in_words(row["scenario"]),
            show(row["total_benchmark"], "USD"),
            show(row["benchmark_change"], "USD"),
            show(row["savings_rate"], "ratio"),
            show(row["earned_savings_or_owed_losses"], "USD"),
            show(row["settlement_change"], "USD"),
        ]
        for row in closing
    ]
    prefix = "risk_adjustment_"
    kinds = sorted((k for k in closing[0] if k.startswith(prefix)),
                   key=lambda k: _place(k.removeprefix(prefix).upper()))  # fmt: skip
    by_type = [
        [type_name(kind.removeprefix(prefix).upper()), *(_score(row[kind]) for row in closing)]
        for kind in kinds
        if not shown.hides(("type", kind.removeprefix(prefix).upper()))
    ]
    scenarios = ["Enrollment type", *(in_words(row["scenario"]) for row in closing)]
    return [
        Grid(heads, body, "Changes are against the same rule of caps.", frozenset(heads[1:])),
        Grid(scenarios, by_type, "Risk adjustment of the benchmark.", frozenset(scenarios[1:])),
    ]


def _place(enrollment_type: str) -> int:
    return list(TYPE_NAMES).index(enrollment_type)


def _score(value: Decimal | float | None) -> str:
    return "–" if value is None else f"{value:,.4f}"


def _most_of(rows: Rows) -> str:
    more = len(rows) > SHOWN_CONDITIONS
    return f", the first {SHOWN_CONDITIONS} of {len(rows)}" if more else ""
