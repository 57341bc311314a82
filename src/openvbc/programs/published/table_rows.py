"""The rows below a heading put into a table: all at once, or one by one where any is odd."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from openvbc.errors import Place, SetAside
from openvbc.programs.published.file_grid import CsvRows

if TYPE_CHECKING:
    from openvbc.programs.published.published_file import PublishedTable


def by_column(
    table: PublishedTable, rows: CsvRows, heading: tuple[int, list[str]], kept: dict[int, int]
) -> bool:
    """Read the rows of a file that has nothing to say of one of them, if it is such a file.

    A row without an identifier may be blank: then rows are looked at one by one.
    """
    identifier = table.where.get((table.layout.identifier, ""))
    if identifier is None:
        return False
    line, header = heading
    columns = rows.columns_below(line, len(header), list(kept))
    if columns is None or not all(map(str.strip, columns[identifier])):
        return False
    table.columns = columns
    table.lines.extend(range(line + 1, line + 1 + len(columns[identifier])))
    return True


def by_row(
    table: PublishedTable,
    where: dict[tuple[str, str], int],
    header: list[str],
    below: Iterable[tuple[int, list[str]]],
    kept: dict[int, int],
) -> None:
    """Read rows one by one; those that are not of the table's form are set aside."""
    indexes = list(kept)
    width, identifier = len(header), where.get((table.layout.identifier, ""))
    known: dict[str, str] = {}
    pick = itemgetter(*indexes, *indexes[:1])  # one more, so that it is never a single cell
    waiting: list[tuple[str, ...]] = []
    for line, cells in below:
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != width and (
            aside := _misfit(table.source, line, cells, header, max(indexes))
        ):
            table.set_aside.append(aside)
        elif identifier is not None and "\n" in cells[identifier].strip():
            table.set_aside.append(SetAside(RUNS_ON, Place(table.source, line), UNCLOSED))
        else:
            waiting.append(pick(cells))
            table.lines.append(line)
            if len(waiting) == ROWS_AT_ONCE:
                _append(table.columns, waiting, known)
                waiting.clear()
    _append(table.columns, waiting, known)


ROWS_AT_ONCE = 100
"""So many rows are turned into columns together."""


def _append(
    columns: list[list[str]], rows: Sequence[tuple[str, ...]], known: dict[str, str]
) -> None:
    """Rows put below the columns.

    Most cells of a wide file are alike (0, 1, empty): one text each is kept, not one a cell.
    """
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        column.extend(map(known.setdefault, cells, cells))


RUNS_ON = "row runs into the next"
UNCLOSED = "a quotation mark is not closed: it swallowed a line break"


def _misfit(
    source: str, line: int, cells: Sequence[str], header: Sequence[str], needed: int
) -> SetAside | None:
    """Why a row of another width than the header is set aside; None if it is as good as one."""
    place = Place(source, line)
    widths = f"it has {len(cells)} cells, the header {len(header)}"
    if any("\n" in cell for cell in cells):
        return SetAside(RUNS_ON, place, UNCLOSED)
    if len(cells) <= needed:
        return SetAside("row is cut short", place, widths)
    if any(cell.strip() for cell in cells[len(header) :]):
        return SetAside("row has more cells than the header", place, widths)
    return None
