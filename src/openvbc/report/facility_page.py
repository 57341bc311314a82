"""A facility's own page: results, where it stands on each measure, what a step better is worth."""

from __future__ import annotations

from pathlib import Path

from openvbc.programs.published.facility_standing import FacilityStanding
from openvbc.programs.settlement import Settlement
from openvbc.report.charts import bars
from openvbc.report.format import show
from openvbc.report.page import Card, Cards, Figure, Grid, Notes, Page, Section, write


def write_facility_html(settlement: Settlement, standing: FacilityStanding, path: Path) -> Path:
    """Write the page as one self-contained HTML file."""
    contract = standing.contract
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
    sections = [Section("Results", [Cards(cards)])]
    if rows:
        grid = Grid(columns, rows, numeric=frozenset(standing.headings))
        sections.append(Section("Where it stands, measure by measure", [*_worth(standing), grid]))
    if settlement.notes:
        sections.append(Section("What to know", [Notes("Notes", settlement.notes)]))
    title = contract.name or contract.identifier
    subtitle = f"{settlement.title} · {contract.identifier}"
    return write(Page(title, subtitle, sections), path)


def _worth(standing: FacilityStanding) -> list[Figure]:
    """What a step better is worth in dollars, measure by measure, where any is worth something."""
    found = []
    for at, heading in enumerate(standing.headings):
        points = [
            (measure.item, measure.values[at].value, heading)
            for measure in standing.measures
            if at < len(measure.values)
            and measure.values[at].unit == "USD"
            and measure.values[at].value is not None
        ]
        if any(value for _, value, _ in points):
            found.append(bars(points, heading, f"{heading.capitalize()}, measure by measure."))
    return found
