"""The report of a simulation: how amounts spread, and what each election would change."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from openvbc.programs.simulation import PERCENTILES, VARIED, Outcome, Scenarios, Simulated
from openvbc.report.charts import GAIN, LOSS, NEUTRAL, draw
from openvbc.report.page import Card, Cards, Figure, Grid, Note, Page, Section, write

BARS = 60


def write_simulation_html(simulated: Simulated, scenarios: Scenarios, path: Path) -> Path:
    """Write the simulation of a contract or a book as one self-contained HTML file."""
    first = simulated.outcomes[0]
    heading = simulated.heading
    sections = [
        Section(
            "What could come out",
            [_cards(first), spread(first)],
            f"{heading}: {first.election}. {in_words(scenarios)}",
        ),
        Section(f"By {heading.lower()}", [outcomes_grid(simulated)]),
        Section(
            "How to read this",
            [
                Note(
                    "A simulation shows spread and odds, not a payment. Draws are even over each "
                    "range and independent of each other; the same scenarios meet every row."
                ),
                *(Note(caveat) for caveat in simulated.caveats),
            ],
        ),
    ]
    return write(Page(simulated.title, "Simulation", sections), path)


def in_words(scenarios: Scenarios) -> str:
    """What varied, for a reader."""
    spans = [(name.replace("_", " "), getattr(scenarios, name)) for name in VARIED]
    varied = ", ".join(f"{name} {span.low:g} to {span.high:g}" for name, span in spans if span)
    return f"{scenarios.count:,} scenarios, seed {scenarios.seed}: {varied}."


LEFT_OUT_FIRST = frozenset(f"{each}th percentile" for each in (25, 75))
"""Columns of the outcomes that a narrow terminal goes without first."""


def outcomes_grid(simulated: Simulated) -> Grid:
    """One row an outcome (an election, a contract of a book): odds, mean and percentiles."""
    columns = [
        simulated.heading, "Earns", "Owes", "Mean",
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
        for outcome in simulated.outcomes
    ]
    return Grid(
        columns,
        rows,
        f"{simulated.first} Owed amounts are negative.",
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
            "axis": {"format": "$,.3~s", "labelFlush": False},
        },
        "x2": {"field": "to"},
        "y": {
            "field": "share",
            "type": "quantitative",
            "title": "scenarios",
            "axis": {"format": ".0%", "tickMinStep": 0.01},
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
