"""Rows of a table of the run as a grid: money by its unit, people as links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.app.blocks import Block, Links
from openvbc.app.opened import OpenedRun
from openvbc.format import exact
from openvbc.report.page import Grid


def grid_of(opened: OpenedRun, rows: Sequence[Mapping[str, Any]], caption: str = "") -> Grid:
    """The rows as they are; a person's identifier opens the person."""
    names = list(rows[0]) if rows else []
    body = [[_cell(row[name]) for name in names] for row in rows]
    links = {
        (down, names.index("person_id")): f"/person/{opened.key_of(row['person_id'])}"
        for down, row in enumerate(rows)
        if "person_id" in names and row["person_id"]
    }
    numeric = frozenset(
        name
        for name in names
        if any(
            isinstance(row[name], int | Decimal) and not isinstance(row[name], bool) for row in rows
        )
        and not name.endswith(("_id", "_code", "_year", "_number"))
    )
    return Grid(names, body, caption, numeric, searchable=len(body) > 12, links=links)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{Decimal(exact(value)):,}".replace("-", "−")
    if isinstance(value, int):
        return str(value).replace("-", "−")
    return "" if value is None else str(value)


def pages(address: str, page: int, *, more: bool) -> list[Block]:
    """Links to the page before and the page after."""
    links = [(f"{address}?page={page - 1}", "Page before")] if page else []
    links += [(f"{address}?page={page + 1}", "Next page")] if more else []
    return [Links(links, "Pages")] if links else []
