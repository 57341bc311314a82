"""Pictures of lists on a report's page: what the numbers of a list look like beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from openvbc.programs.listing import Listing
from openvbc.report import charts
from openvbc.report.page import Figure
from openvbc.report.signed_bars import signed_bars

Points = list[tuple[str, charts.Number, str]]


def picture_of(listing: Listing) -> Figure | None:
    """The picture of a list; None where it has none, or no numbers to draw."""
    draw = PICTURES.get(listing.name)
    return None if draw is None or not listing.rows else draw(listing)


def _effects(listing: Listing) -> Figure | None:
    """The effect of each driver on the result, savings and losses in the colours of their own."""
    at = _columns(listing)
    if "Effect on the result" not in at:
        return None
    drawn = [row for row in listing.rows if row[0] is not None]
    points: Points = [
        (f"{row[0]} {row[1]}, {row[2]}", row[at["Effect on the result"]],
         "saved" if row[at["Effect on the result"]] >= 0 else "cost")
        for row in drawn
    ]  # fmt: skip
    return signed_bars(points, "USD", "What each driver did to the result.") if points else None


def _funnel(listing: Listing) -> Figure:
    """Candidates of each category: settled, and dropped for whatever reason."""
    counts: dict[tuple[str, str], int] = {}
    for category in dict.fromkeys(row[0] for row in listing.rows):
        counts |= {(category, "settled"): 0, (category, "dropped"): 0}
    for category, outcome, number in listing.rows:
        counts[category, "settled" if outcome == "settled" else "dropped"] += number
    points: Points = [(category, number, kind) for (category, kind), number in counts.items()]
    caption = "Candidate episodes, settled and dropped."
    return charts.bars(points, "episodes", caption, dollars=False, stacked=True)


def _phases(listing: Listing) -> Figure | None:
    """Dollars of settled episodes by category and phase."""
    at = _columns(listing)
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in listing.rows:
        spent[row[at["category"]], row[at["phase"]]] += row[at["in the episode"]] or 0
    points: Points = [(who, amount, phase) for (who, phase), amount in spent.items() if amount]
    caption = "Spending of settled episodes by phase."
    return charts.bars(points, "USD", caption, stacked=True) if points else None


def _rate_cells(listing: Listing) -> Figure:
    """What a member month of each rate cell brought and cost."""
    at = _columns(listing)
    points: Points = [
        (row[0], row[at[column]], column.split()[0])
        for row in listing.rows
        for column in ("revenue a member month", "expense a member month")
        if row[at[column]] is not None
    ]
    return charts.bars(points, "USD a member month", "Revenue and expense a member month.")


def _columns(listing: Listing) -> Mapping[str, int]:
    return {field.label: number for number, field in enumerate(listing.fields)}


PICTURES: Mapping[str, Callable[[Listing], Any]] = {
    "drivers": _effects,
    "funnel": _funnel,
    "phases": _phases,
    "capitation_rate_cells": _rate_cells,
}
"""By name of the list."""
