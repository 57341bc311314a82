"""Listings on a page and in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.format import show
from openvbc.programs.listing import Listing
from openvbc.report.excel_sheet import plain, write_value
from openvbc.report.excel_styles import Styles
from openvbc.report.page import Grid, Note, Section

SHOWN_ROWS = 200
"""Rows of a listing on a page; the workbook holds all of them."""
_WORDS = ("text", "date")


def listing_sections(listings: Sequence[Listing]) -> list[Section]:
    """A section a listing, the first rows of it."""
    return [listing_section(listing) for listing in listings if listing.rows]


def listing_section(
    listing: Listing, links: Mapping[tuple[int, int], str] | None = None
) -> Section:
    """A listing under its title; `links` are where cells (row, column) open, in the app."""
    heads = [field.label for field in listing.fields]
    body = [
        [
            "" if cell is None else str(cell) if field.unit in _WORDS else show(cell, field.unit)
            for cell, field in zip(row, listing.fields, strict=True)
        ]
        for row in listing.rows[:SHOWN_ROWS]
    ]
    numeric = frozenset(field.label for field in listing.fields if field.unit not in _WORDS)
    more = len(listing.rows) - len(body)
    caption = f"The first {len(body):,} of {len(listing.rows):,} rows." if more else ""
    note = [Note(listing.lead)] if listing.lead else []
    grid = Grid(
        heads, body, caption, numeric, searchable=len(body) > 12, pinned=True, links=links or {}
    )
    return Section(listing.title, [*note, grid])


def write_listing(book: Any, styles: Styles, name: str, listing: Listing) -> None:
    """A page of a workbook: what the list is for, the heads, every row."""
    page = book.add_worksheet(name)
    page.write_string(0, 0, listing.title, styles.title)
    page.write_string(1, 0, listing.lead, styles.note)
    for at, field in enumerate(listing.fields):
        page.write_string(3, at, field.label, styles.head)
        page.set_column(at, at, 16 if field.role == "fact" else 24)
    looks = [styles.unit(field.unit) for field in listing.fields] if listing.rows else []
    for down, row in enumerate(listing.rows, start=4):
        for at, (cell, look) in enumerate(zip(row, looks, strict=True)):
            write_value(page, down, at, plain(cell), look)
    page.freeze_panes(4, 1)
    page.repeat_rows(3)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.autofilter(3, 0, max(4, 3 + len(listing.rows)), len(listing.fields) - 1)
