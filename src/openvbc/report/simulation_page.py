"""The report of a simulation: how amounts spread, and what each election would change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from openvbc.programs.simulation import PERCENTILES, VARIED, Outcome, Scenarios
from openvbc.report.charts import GAIN, LOSS, NEUTRAL, draw
from openvbc.report.page import Card, Cards, Figure, Grid, Note, Page, Section, write

BARS = 60


def write_simulation_html(
    title: str,
    scenarios: Scenarios,
    outcomes: Sequence[Outcome],
    path: Path,
    caveats: Sequence[str] = (),
) -> Path:
    """Write the simulation of one contract as one self-contained HTML file."""
    first = outcomes[0]
    sections = [
        Section(
            "What could come out",
            [_cards(first), spread(first)],
            f"Under the election {first.election}. {in_words(scenarios)}",
        ),
        Section("Elections of the minimum savings rate", [elections_grid(outcomes)]),
        Section(
            "How to read this",
            [
                Note(
                    "A simulation shows spread and odds, not a payment. Draws are even over each "
                    "range and independent of each other; the same scenarios meet every election."
                ),
                *(Note(caveat) for caveat in caveats),
            ],
        ),
    ]
    return write(Page(title, "Simulation", sections), path)


def in_words(scenarios: Scenarios) -> str:
    """What varied, for a reader."""
    spans = [(name.replace("_", " "), getattr(scenarios, name)) for name in VARIED]
    varied = ", ".join(f"{name} {span.low:g} to {span.high:g}" for name, span in spans if span)
    return f"{scenarios.count:,} scenarios, seed {scenarios.seed}: {varied}."


LEFT_OUT_FIRST = frozenset(f"{each}th percentile" for each in (25, 75))
"""Columns of the elections that a narrow terminal goes without first."""


def elections_grid(outcomes: Sequence[Outcome]) -> Grid:
    """One row an election: odds, mean and percentiles."""
    columns = [
        "Minimum savings rate", "Earns", "Owes", "Mean",
        *(f"{each}th percentile" for each in PERCENTILES),
    ]  # fmt: skip
    rows = [
        [
            outcome.election,
            f"{outcome.share_earning:.1%}",
            f"{outcome.share_owing:.1%}",
            dollars(outcome.mean),
            *(dollars(amount) for amount in outcome.percentiles().values()),
        ]
        for outcome in outcomes
    ]
    return Grid(
        columns,
        rows,
        "The first is the one settled. Owed amounts are negative.",
        frozenset(columns[1:]),
    )


def dollars(amount: float) -> str:
    """Whole dollars with a sign a reader sees."""
    return f"{'−' if round(amount) < 0 else ''}${abs(round(amount)):,}"


def spread(outcome: Outcome) -> Figure:
    """A histogram of the amounts; scenarios that neither earn nor owe are a bar at zero."""
    low, high = float(outcome.amounts.min()), float(outcome.amounts.max())
    width = (high - low) / BARS or 1.0
    numbers = np.floor((outcome.amounts - low) / width).clip(0, BARS - 1).astype(int)
    none = outcome.amounts == 0
    counts = np.bincount(numbers[~none], minlength=BARS) / len(numbers)
    bars = [
        {
            "from": low + width * number,
            "to": low + width * (number + 1),
            "share": float(share),
            "color": GAIN if low + width * (number + 0.5) > 0 else LOSS,
        }
        for number, share in enumerate(counts)
        if share
    ]
    if none.any():
        share = float(none.mean())
        bars.append({"from": -width / 2, "to": width / 2, "share": share, "color": NEUTRAL})
    encoding = {
        "x": {
            "field": "from",
            "type": "quantitative",
            "title": "earned (owed negative)",
            "axis": {"format": "$,.3~s"},
        },
        "x2": {"field": "to"},
        "y": {
            "field": "share",
            "type": "quantitative",
            "title": "scenarios",
            "axis": {"format": ".0%"},
        },
        "y2": {"datum": 0},
        "color": {"field": "color", "type": "nominal", "scale": None},
    }
    drawn = {"data": {"values": bars}, "mark": {"type": "bar"}, "encoding": encoding}
    caption = "Scenarios by amount earned (green) or owed (red); neither: the blue bar at zero."
    return draw(drawn, caption)


def _cards(outcome: Outcome) -> Cards:
    by_percentile = outcome.percentiles()
    return Cards(
        [
            Card("Mean", dollars(outcome.mean)),
            Card("Median", dollars(by_percentile[50])),
            Card("One in twenty below", dollars(by_percentile[5])),
            Card("Earns savings", f"{outcome.share_earning:.1%}"),
            Card("Owes losses", f"{outcome.share_owing:.1%}"),
        ]
    )
