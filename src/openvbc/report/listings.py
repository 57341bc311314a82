"""Listings on a page and in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from openvbc.format import capitalised
from openvbc.programs.explanation import WORDS, Measured, shown_cell
from openvbc.programs.listing import Field, Listing
from openvbc.report.excel_paper import HEAD_HEIGHT, set_up_list
from openvbc.report.excel_sheet import plain, write_value
from openvbc.report.excel_styles import Styles
from openvbc.report.list_pictures import picture_of
from openvbc.report.page import Grid, Note, Section

FIRST_ROW = 3
"""Where the heads of a table stand in a workbook, from zero."""
CHARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "service_categories": ("bar", ()),
    "utilisation": ("bar", ()),
    "months": ("line", ("A person-month",)),
    "drivers_categories": ("bar", ("Volume", "Mix", "Price")),
    "drivers_practices": ("bar", ("Contribution to savings",)),
}
"""Lists with a chart in the workbook: its kind, and the columns drawn (empty: every number)."""
SHOWN_ROWS = 200
"""Rows of a listing on a page; the workbook holds all of them."""


def listing_sections(listings: Sequence[Listing]) -> list[Section]:
    """A section a listing, the first rows of it; none for what a page does not name."""
    made = []
    for listing in listings:
        if listing.rows and listing.in_pages:
            section, figure = listing_section(listing), picture_of(listing)
            made.append(replace(section, blocks=[figure, *section.blocks]) if figure else section)
    return made


def listing_section(
    listing: Listing, links: Mapping[tuple[int, int], str] | None = None
) -> Section:
    """A listing under its title; `links` are where cells (row, column) open, in the app."""
    heads = [_head(field) for field in listing.fields]
    body = [
        [shown_cell(cell, field.unit) for cell, field in zip(row, listing.fields, strict=True)]
        for row in listing.rows[:SHOWN_ROWS]
    ]
    numeric = frozenset(_head(field) for field in listing.fields if field.unit not in WORDS)
    more = len(listing.rows) - len(body)
    caption = f"The first {len(body):,} of {len(listing.rows):,} rows." if more else ""
    note = [Note(listing.lead)] if listing.lead else []
    grid = Grid(
        heads, body, caption, numeric, searchable=len(body) > 12, pinned=True, links=links or {}
    )
    return Section(listing.title, [*note, grid])


def write_listing(
    book: Any, styles: Styles, name: str, listing: Listing, back_to: str = ""
) -> None:
    """A page of a workbook: what the list is for, and every row, as a table with filters.

    `back_to` is the page that a link above the table leads to. Lists in :data:`CHARTS` have a chart
    of their numbers beside them.
    """
    page = book.add_worksheet(name)
    page.write_string(0, 0, listing.title, styles.title)
    page.write_string(1, 0, listing.lead, styles.note)
    if back_to:
        page.write_url(2, 0, f"internal:'{back_to}'!A1", styles.link, f"To the {back_to}")
    for at, field in enumerate(listing.fields):
        page.set_column(at, at, _width(field))
    looks = [styles.unit(field.unit) for field in listing.fields] if listing.rows else []
    for down, row in enumerate(listing.rows, start=FIRST_ROW + 1):
        for at, (cell, look) in enumerate(zip(row, looks, strict=True)):
            if isinstance(cell, Measured):
                cell, look = cell.value, styles.unit(cell.unit)
            elif (down - FIRST_ROW - 1, at) in listing.feeds:
                look = styles.unit(listing.fields[at].unit, "input")
            write_value(page, down, at, plain(cell), look)
    last = FIRST_ROW + max(1, len(listing.rows))
    columns = [
        {"header": head, "header_format": styles.head} for head in _different(listing.fields)
    ]
    named = "table_" + "".join(c if c.isalnum() else "_" for c in name)
    options = {"name": named, "columns": columns, "style": "Table Style Light 1"}
    page.add_table(FIRST_ROW, 0, last, len(listing.fields) - 1, options)
    if listing.name in CHARTS and listing.rows:
        _chart(book, page, name, listing)
    page.freeze_panes(FIRST_ROW + 1, 1)
    _set_up_to_print(page, [_width(field) for field in listing.fields], last)


def _set_up_to_print(page: Any, widths: Sequence[int], last: int) -> None:
    """The head on every page; a chart beside the table stands on the screen alone."""
    page.set_row(FIRST_ROW, HEAD_HEIGHT)
    set_up_list(page, FIRST_ROW, widths)
    page.print_area(0, 0, last, len(widths) - 1)


def cell_of(page: str, row: int, field: int) -> str:
    """A cell of a list as other pages name it."""
    from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

    name: str = quote_sheetname(page)
    return f"{name}!{xl_rowcol_to_cell(FIRST_ROW + 1 + row, field)}"


def _head(field: Field) -> str:
    """A head begins with a capital, whatever words its label is made of."""
    return capitalised(field.label)


def _width(field: Field) -> int:
    """Dates and numbers are narrow, so that more of a row is seen at once."""
    if field.unit in ("date", "count", "flag", "year"):
        return 13
    return 16 if field.role == "fact" else 24


def _different(fields: Sequence[Field]) -> list[str]:
    """The heads of a table, each once: Excel repairs a table that has one twice."""
    heads: list[str] = []
    for field in fields:
        label = head = _head(field)
        number = 2
        while head.lower() in (known.lower() for known in heads):
            head, number = f"{label} {number}", number + 1
        heads.append(head)
    return heads


def _chart(book: Any, page: Any, name: str, listing: Listing) -> None:
    """The numbers of a list drawn from its own cells, so that a change there moves the picture."""
    kind, columns = CHARTS[listing.name]
    heads = [field.label for field in listing.fields]
    wanted = [heads.index(head) for head in columns if head in heads]
    if not wanted:
        wanted = [at for at, field in enumerate(listing.fields) if field.role == "fact"]
    chart = book.add_chart({"type": kind})
    names = max(at for at, field in enumerate(listing.fields) if field.role == "who")
    first, last = FIRST_ROW + 1, FIRST_ROW + len(listing.rows)
    for at in wanted:
        chart.add_series(
            {
                "name": [name, FIRST_ROW, at],
                "categories": [name, first, names, last, names],
                "values": [name, first, at, last, at],
            }
        )
    chart.set_title({"name": listing.title})
    chart.set_size({"width": 760, "height": 420})
    page.insert_chart(FIRST_ROW, len(heads) + 1, chart, {"description": listing.title})
