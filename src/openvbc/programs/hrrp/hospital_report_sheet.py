"""A sheet of a hospital-specific report: its header row, and the cells under it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.programs.published.published_cell import parse_number, plain


def header_of(path: Path, grid: list[list[str]], words: str) -> tuple[int, list[str]]:
    """The row of column headings, as plain words, and its number."""
    for number, row in enumerate(grid):
        headings = [plain(cell) for cell in row]
        if any(heading.startswith(words) for heading in headings):
            return number, headings
    raise InputError(
        f"no column {words!r} was found in this sheet of the report",
        place=Place(path.name),
        action="give the sheet as CMS delivers it",
        code="VBC-113",
    )


def column_named(headings: list[str], words: str) -> int | None:
    """The first column whose heading holds the words."""
    return next((i for i, heading in enumerate(headings) if words in heading), None)


def number_in(path: Path, row: list[str], line: int, index: int | None) -> Decimal | None:
    """The number of a cell; None where the column is not there or says so."""
    if index is None or index >= len(row):
        return None
    try:
        return parse_number(row[index])
    except ValueError:
        raise InputError(
            "text where a number belongs",
            place=Place.of_person(path.name, line, None, row[index]),
            code="VBC-111",
        ) from None


def cell_at(path: Path, header: list[str], row: list[str], line: int, index: int | None) -> Place:
    """Where a cell stands, with what it prints."""
    if index is None or index >= len(row):
        return Place(path.name, line)
    return Place(path.name, line, header[index].strip(), row[index])


def text_in(row: list[str], index: int | None) -> str:
    """The text of a cell; empty where the column is not there."""
    return "" if index is None or index >= len(row) else row[index].strip()
