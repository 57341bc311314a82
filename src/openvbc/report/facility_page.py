"""A facility's own page: results, where it stands on each measure, what a step better is worth.

One page over all programs whose files were given, with the dollars of each side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.format import show
from openvbc.programs.published.facility_standing import FacilityStanding
from openvbc.programs.settlement import Settlement
from openvbc.report.charts import bars
from openvbc.report.page import Card, Cards, Figure, Grid, Notes, Page, Section, write

DOLLARS = "payment_change"
"""The line of every facility program that is dollars."""
_ENDS = ("lowest_payment_change", "highest_payment_change")


def write_facility_html(pages: Sequence[tuple[Settlement, FacilityStanding]], path: Path) -> Path:
    """Write the page over one or several programs as one self-contained HTML file."""
    several = len(pages) > 1
    sections = [_dollars(pages)] if several else []
    for settlement, standing in pages:
        sections += _sections(settlement, standing, f"{settlement.title}: " if several else "")
    _, first = pages[0]
    names = [standing.contract.name for _, standing in pages if standing.contract.name]
    title = names[0] if names else first.contract.identifier
    titles = " · ".join(settlement.title for settlement, _ in pages)
    return write(Page(title, f"{titles} · {first.contract.identifier}", sections), path)


def _sections(settlement: Settlement, standing: FacilityStanding, before: str) -> list[Section]:
    cards = [
        Card(label, show(value.value, value.unit))
        for label, value in standing.results
        if value.value is not None
    ]
    columns = ["measure", *standing.headings]
    rows = [
        [measure.item, *(show(value.value, value.unit) for value in measure.values)]
        for measure in standing.measures
    ]
    sections = [Section(f"{before}Results", [Cards(cards)])]
    if rows:
        grid = Grid(columns, rows, numeric=frozenset(standing.headings))
        heading = f"{before}Where it stands, measure by measure"
        sections.append(Section(heading, [*_worth(standing), grid]))
    if settlement.notes:
        sections.append(Section(f"{before}What to know", [Notes("Notes", settlement.notes)]))
    return sections


def dollars_of(
    pages: Sequence[tuple[Settlement, FacilityStanding]],
) -> list[tuple[str, Decimal | None, str]]:
    """For each program its title, the dollars it moves, and what they are where not exact."""
    dollars: list[tuple[str, Decimal | None, str]] = []
    for settlement, standing in pages:
        by_line = standing.by_line
        value = by_line.get(DOLLARS)
        if value is not None:
            dollars.append((settlement.title, value, ""))
            continue
        low, high = (by_line.get(name) for name in _ENDS)
        if low is not None and high is not None:
            said = f"between {show(low, 'USD')} and {show(high, 'USD')}: the slope is not known"
        else:
            said = "not known: payments or a constant of the year were not given"
        dollars.append((settlement.title, None, said))
    return dollars


def _dollars(pages: Sequence[tuple[Settlement, FacilityStanding]]) -> Section:
    """The dollars of each program, and together where each is known."""
    dollars = dollars_of(pages)
    rows = [[title, said or show(value, "USD")] for title, value, said in dollars]
    known = [value for _, value, _ in dollars if value is not None]
    if len(known) == len(dollars):
        rows.append(["together", show(sum(known, Decimal(0)), "USD")])
    notes = Notes(
        "Notes",
        (
            "Readmissions and Hospital VBP are each a share of the same base operating DRG payments"
            " and are added; the reduction for hospital-acquired conditions is taken from all"
            " inpatient payments after them.",
        ),
    )
    grid = Grid(["program", "payment change"], rows, numeric=frozenset(["payment change"]))
    return Section("Dollars of each program", [grid, notes])


def _worth(standing: FacilityStanding) -> list[Figure]:
    """What a step better is worth in dollars, measure by measure, where any is worth something."""
    figures = []
    for at, heading in enumerate(standing.headings):
        points = [
            (measure.item, measure.values[at].value, heading)
            for measure in standing.measures
            if measure.values[at].unit == "USD" and measure.values[at].value is not None
        ]
        if any(value for _, value, _ in points):
            figures.append(bars(points, heading, f"{heading.capitalize()}, measure by measure."))
    return figures
