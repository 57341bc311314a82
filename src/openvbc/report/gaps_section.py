"""The section of coding gaps in a run's report; no person is named."""

from __future__ import annotations

from openvbc.enrollment_type import type_name
from openvbc.format import in_words, show
from openvbc.programs.risk.review import RiskReview
from openvbc.report.disclosure import Disclosure
from openvbc.report.page import Block, Card, Cards, Grid, Note, Section
from openvbc.report.risk_cells import SHOWN_CONDITIONS, Rows, most_of, place_of_type, score_text

KINDS = {"RECAPTURE": "Coded in an earlier year", "SUSPECT": "Suggested by other evidence"}
STATES = {
    "OPEN": "open",
    "CLOSED": "coded again",
    "SUPERSEDED": "a worse condition of its family is coded",
}


def gaps_section(review: RiskReview, shown: Disclosure) -> Section:
    """What became of conditions known before or suggested, and what closing every gap would do."""
    coding = review.exposure
    if coding is None:
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
        for row in sorted(coding.states, key=lambda row: (row["kind"], row["state"]))
    ]
    caption = (
        f"What became of the conditions known before or suggested, {coding.payment_year}. Counted "
        "is every condition of every model by itself, and every rule that suggests one: a "
        "diagnosis that two models know counts twice here, and once in the list of open gaps "
        "below."
    )
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
                    score_text(row["mean_value"]),
                    score_text(row["total_value"]),
                )
            ),
        ]
        for row in coding.by_condition[:SHOWN_CONDITIONS]
    ]
    caption = (
        "Open gaps by condition; the value is the change of the renormalized score when the whole "
        f"score is computed again{most_of(coding.by_condition)}. A gap here is one diagnosis of a "
        "person, whichever models know it, and only where a score could be computed again with "
        "it; so there are fewer than conditions open above. The people are in the files of "
        "the command risk."
    )
    blocks.append(Grid(heads, body, caption, frozenset(heads[2:]), searchable=len(body) > 12))
    return Section(
        "Coding gaps",
        blocks,
        f"Chronic conditions not coded for {coding.payment_year}, and what closing every gap would "
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
                   key=lambda k: place_of_type(k.removeprefix(prefix).upper()))  # fmt: skip
    by_type = [
        [type_name(kind.removeprefix(prefix).upper()), *(score_text(row[kind]) for row in closing)]
        for kind in kinds
        if not shown.hides(("type", kind.removeprefix(prefix).upper()))
    ]
    scenarios = ["Enrollment type", *(in_words(row["scenario"]) for row in closing)]
    return [
        Grid(heads, body, "Changes are against the same rule of caps.", frozenset(heads[1:])),
        Grid(scenarios, by_type, "Risk adjustment of the benchmark.", frozenset(scenarios[1:])),
    ]
