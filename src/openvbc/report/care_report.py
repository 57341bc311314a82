"""The workbook of work lists for a nurse, and the page of counts for a manager.

The workbook names people as the user's file of names does. The page names nobody, and hides counts
of 1 to 10 and what would reveal them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openvbc.engine.private_files import writing_bytes
from openvbc.programs.care.work_lists import CareRun
from openvbc.programs.listing import Field, Listing
from openvbc.report.disclosure import Disclosure
from openvbc.report.excel import new_workbook
from openvbc.report.excel_styles import Styles
from openvbc.report.listings import write_listing
from openvbc.report.page import Card, Cards, Grid, Notes, Page, Section, write
from openvbc.report.sharing import FOR_SHARING, PRIVATE, sentences_for_sharing

WORKBOOK = "work-lists.xlsx"
PAGE = "manager.html"


def write_workbook(run: CareRun) -> Path:
    """A sheet a list: frozen heads, filters, widths, set up to print on one page's width."""
    path = run.folder / WORKBOOK
    with writing_bytes(path) as stream:
        book = new_workbook(stream, f"Work lists {run.file.as_of}", PRIVATE)
        styles = Styles(book)
        for listing in run.listings:
            write_listing(book, styles, listing.title[:31], _named(listing, run.names))
        book.close()
    return path


def _named(listing: Listing, names: Mapping[str, str]) -> Listing:
    """The list with the names of its people beside them, where the user gave names."""
    if not names or listing.fields[0].label != "Person":
        return listing
    rows = [[row[0], names.get(row[0], ""), *row[1:]] for row in listing.rows]
    fields = [listing.fields[0], Field("Name", role="who"), *listing.fields[1:]]
    return replace(listing, fields=fields, rows=rows)


def write_page(run: CareRun) -> Path:
    """Counts by tier, owner and state; small ones hidden."""
    shown = Disclosure(shared=True)
    shown.count("people", run.people)
    for name, counted in COUNTED.items():
        _register(run, shown, name, counted)
    cards = Cards([Card("People", shown.show("people", run.people))])
    sections = [
        Section(counted.title, [*([cards] if name == "tiers" else []), _grid(run, shown, name)])
        for name, counted in COUNTED.items()
        if run.counts[name]
    ]
    if run.notes:
        sections.append(Section("Notes", [Notes("Notes", sentences_for_sharing(run.notes))]))
    page = Page(
        f"Care management {run.file.as_of}",
        "Counts of the work lists. Nobody is named.",
        sections,
        mark=FOR_SHARING,
    )
    return write(page, run.folder / PAGE)


@dataclass(frozen=True)
class Counted:
    """A table of counts on the page: its heading, what a row is named by, what is counted."""

    title: str
    label: str
    unit: str
    total: str
    """Key of the count the rows add up to."""


COUNTED = {
    "tiers": Counted("Tiers", "tier_name", "people", "people"),
    "owners": Counted("Owners", "owner", "people", "people"),
    "transitions": Counted("Transitions", "state", "discharges", "all discharges"),
    "emergency visits": Counted("Emergency visits", "state", "visits", "all emergency visits"),
}


def _register(run: CareRun, shown: Disclosure, name: str, counted: Counted) -> None:
    """The counts of a table, and that they add up to its total."""
    rows = run.counts[name]
    if counted.total not in shown.values:
        shown.count(counted.total, sum(row[counted.unit] for row in rows), shown=False)
    for row in rows:
        shown.count((name, row[counted.label]), row[counted.unit])
    shown.adds_up(counted.total, [(name, row[counted.label]) for row in rows])


def _grid(run: CareRun, shown: Disclosure, name: str) -> Grid:
    counted = COUNTED[name]
    body = [
        [str(row[counted.label]), shown.show((name, row[counted.label]), row[counted.unit])]
        for row in run.counts[name]
    ]
    unit = counted.unit.capitalize()
    return Grid([counted.title, unit], body, numeric=frozenset({unit}))
