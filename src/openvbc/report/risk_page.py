"""The risk sections of a run's report: scores, caps, prevalence, gaps, and what they are worth.

Everything comes from :class:`openvbc.programs.risk.review.RiskReview`; nothing is computed here but
counts and shares for display, and no person is named. In a report for others small counts are
hidden (:mod:`openvbc.report.disclosure`), together with the means and shares over them.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from openvbc.enrollment_type import type_name
from openvbc.format import in_words, show
from openvbc.programs.risk.review import RiskReview
from openvbc.report import charts
from openvbc.report.disclosure import Disclosure
from openvbc.report.gaps_section import gaps_section
from openvbc.report.page import Block, Figure, Grid, Note, Notes, Section
from openvbc.report.risk_cells import SHOWN_CONDITIONS, Rows, most_of, place_of_type, score_text
from openvbc.report.sharing import sentences_for_sharing


def risk_sections(review: RiskReview, shown: Disclosure) -> list[Section]:
    """The sections Risk and Coding gaps."""
    return [_scores(review, shown), gaps_section(review, shown)]


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
    ordered = sorted(rows, key=lambda r: (r["calendar_year"], place_of_type(r["enrollment_type"])))
    body = [
        [
            str(row["calendar_year"]),
            type_name(row["enrollment_type"]),
            *(
                shown.figure(("type", row["enrollment_type"]), cell)
                for cell in (
                    f"{row['people']:,}",
                    f"{row['person_months']:,}",
                    score_text(row["mean_score"]),
                    score_text(row["mean_demographic_score"]),
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
            score_text(row["risk_growth"]),
            score_text(row["limit"]),
            score_text(row["risk_adjustment"]),
            "yes" if row["cap_binds"] else "no",
            row["why"],
        ]
        for row in sorted(rows, key=lambda r: place_of_type(r["enrollment_type"]))
    ]
    heads = ["Enrollment type", "Ratio of renormalized scores", "Limit of growth", "Ratio used",
             "Cap binds", "Why"]  # fmt: skip
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
    kinds = sorted(sorted({row["enrollment_type"] for row in own}), key=place_of_type)
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
                    score_text(row["mean_raw_score"]),
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
    caption = f"Payment conditions of {latest} after hierarchies{most_of(own)}."
    return Grid(heads, body, caption, frozenset(heads[2:]), searchable=True)


def _cohorts(rows: Rows) -> Grid:
    years = sorted({row["calendar_year"] for row in rows})
    people = {(row["cohort"], row["calendar_year"]): row["people"] for row in rows}
    names = sorted({name for name, _ in people}, key=lambda n: (-people.get((n, years[-1]), 0), n))
    heads = ["Chronic cohort", *(str(year) for year in years)]
    body = [
        [
            in_words(name),
            *(f"{people.get((name, year), 0):,}" for year in years),
        ]
        for name in names
    ]
    return Grid(heads, body, "Assigned people by chronic cohort.", frozenset(heads[1:]))
