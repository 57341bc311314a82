"""Read tables as CMS publishes them: told by their header, whatever their order or file name.

Published files have a title above the header or none, thousands separators, percent signs, a full
stop or a phrase where a value is missing, and headers re-spelled from year to year. A *layout*
names the columns of one kind of file by patterns; here a file is read, its header found, its
columns matched and its cells parsed. A number keeps its printed decimals, because they say how far
it was rounded.

Every row is used or set aside with its place; a file whose header fits no layout is an
:class:`~openvbc.errors.InputError` that names what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.file_grid import HEADER_WITHIN, numbered_grids
from openvbc.programs.published.layout import Layout
from openvbc.programs.published.published_cell import is_missing, parse_number, plain
from openvbc.programs.published.unrecognised_file import unrecognised


@dataclass
class PublishedTable:
    """A file read under a layout: `cells[row][index]`, and which column holds what."""

    path: Path
    layout: Layout
    title: str
    """The text above the header."""
    header: Sequence[str]
    where: dict[tuple[str, str], int]
    """(column name, item or '') to its index."""
    rows: list[Sequence[str]]
    lines: list[int]
    """The file's line of each row."""
    set_aside: list[SetAside] = field(default_factory=list)
    source: str = ""
    """The file's name, with that of the sheet where a workbook has several."""

    def items(self, name: str) -> list[str]:
        """The items for which a repeated column stands in the file, in the file's order."""
        return [item for column, item in self.where if column == name]

    def has(self, name: str, item: str = "") -> bool:
        """Whether the column stands in the file."""
        return (name, item) in self.where

    def text(self, row: int, name: str, item: str = "") -> str:
        """A cell's text, trimmed; empty where the file lacks the column."""
        return self.cell(row, name, item).strip()

    def cell(self, row: int, name: str, item: str = "") -> str:
        """A cell as it stands, blanks and all; empty where the file lacks the column."""
        index = self.where.get((name, item))
        return "" if index is None else self.rows[row][index]

    def number(self, row: int, name: str, item: str = "") -> Decimal | None:
        """A cell's number; None where missing; :class:`InputError` with its place where text."""
        index = self.where.get((name, item))
        if index is None:
            return None
        try:
            return parse_number(self.rows[row][index])
        except ValueError:
            raise InputError(
                "text where a number belongs",
                place=self.place(row, name, item),
                action="correct the cell, or leave it empty if there is no value",
                code="VBC-111",
            ) from None

    def place(self, row: int, name: str, item: str = "") -> Place:
        """Where a cell stands, for a message."""
        index = self.where.get((name, item))
        column = None if index is None else self.header[index].strip()
        value = None if index is None else self.rows[row][index]
        return Place(self.source or self.path.name, self.lines[row], column, value)

    def decimals(self, name: str, item: str = "") -> int:
        """How many decimals the column is printed with (after taking percent signs off)."""
        most = 0
        index = self.where.get((name, item))
        for cells in self.rows if index is not None else ():
            try:
                value = parse_number(cells[index])  # type: ignore[index]
            except ValueError:
                continue
            if value is not None:
                most = max(most, -int(value.as_tuple().exponent))
        return most


SEEMS_A_TABLE = 3
"""A sheet with so many of a layout's columns in one row seems to be of it."""


def read_tables(path: Path, layouts: Sequence[Layout], program: str) -> list[PublishedTable]:
    """Every table in a file that fits one of `layouts`; InputError if none does.

    A sheet of a workbook that seems to be one and lacks a column is set aside by name.
    """
    found: list[PublishedTable] = []
    lacking: list[SetAside] = []
    nearest: list[tuple[int, Layout, list[str]]] = []
    for source, lines, sheet in numbered_grids(path):
        seems: tuple[int, Layout, list[str]] | None = None
        for number, cells in enumerate(sheet[:HEADER_WITHIN]):
            fits = [(layout, *_match(layout, cells)) for layout in layouts]
            for layout, where, missing in fits:
                if len(where) >= 2:
                    nearest.append((len(where), layout, missing))
                    seems = max(seems or nearest[-1], nearest[-1], key=lambda near: near[0])
            complete = [(layout, where) for layout, where, missing in fits if not missing]
            if complete:
                layout, where = max(complete, key=lambda fit: len(fit[1]))
                found.append(_table(path, source, layout, where, sheet, lines, number))
                break
        else:
            if seems is not None and seems[0] >= SEEMS_A_TABLE:
                detail = f"as a {seems[1].kind} it lacks the column {', '.join(seems[2])}"
                lacking.append(SetAside("a sheet that lacks a column", Place(source), detail))
    if not found:
        raise unrecognised(path, nearest, layouts, program)
    found[0].set_aside.extend(lacking)
    return found


def _match(layout: Layout, cells: Sequence[str]) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Columns of `layout` found in a candidate header, and the required ones that are not."""
    where: dict[tuple[str, str], int] = {}
    for index, cell in enumerate(cells):
        heading = plain(cell)
        for column in layout.columns if heading else ():
            if match := re.fullmatch(column.pattern, heading):
                item = match.groupdict().get("item") or ""
                where.setdefault((column.name, item), index)
                break
    names = {name for name, _ in where}
    missing = [c.label or c.name for c in layout.columns if c.required and c.name not in names]
    return where, missing


def _table(
    path: Path,
    source: str,
    layout: Layout,
    where: dict[tuple[str, str], int],
    sheet: list[list[str]],
    lines: list[int],
    number: int,
) -> PublishedTable:
    header = sheet[number]
    title = " ".join(cell.strip() for row in sheet[:number] for cell in row if cell.strip())
    table = PublishedTable(path, layout, title, header, where, [], [], source=source)
    _merge_twins(source, header, where, lines[number], sheet[number + 1 :])
    needed = max(where.values())
    identifier = where.get((layout.identifier, ""))
    for line, cells in zip(lines[number + 1 :], sheet[number + 1 :], strict=True):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= needed:
            table.set_aside.append(
                SetAside(
                    "row is cut short",
                    Place(source, line),
                    f"it has {len(cells)} cells, the header {len(header)}",
                )
            )
            continue
        shifted = len(cells) != len(header) and any("\n" in cell for cell in cells)
        if shifted or (identifier is not None and "\n" in cells[identifier].strip()):
            rest = "a quotation mark is not closed: it swallowed a line break"
            table.set_aside.append(SetAside("row runs into the next", Place(source, line), rest))
            continue
        table.rows.append(cells)
        table.lines.append(line)
    return table


def _merge_twins(
    source: str,
    header: Sequence[str],
    where: dict[tuple[str, str], int],
    line: int,
    rows: Sequence[list[str]],
) -> None:
    """A column that is used has its heading to itself, or its twins never contradict it.

    Files put together over years hold both spellings of a heading, each filled for some years: the
    twins are then one column. Two different values in a row are an error.
    """
    headings = [plain(cell) for cell in header]
    for index in where.values():
        twins = [n for n, heading in enumerate(headings) if heading == headings[index]]
        for row in rows if len(twins) > 1 else ():
            cells = [row[n].strip() for n in twins if n < len(row)]
            said = dict.fromkeys(cell for cell in cells if not is_missing(cell))
            if len(said) > 1:
                raise InputError(
                    "two columns have the same heading and different values",
                    place=Place(source, line, header[index].strip()),
                    action="leave the one that is meant",
                    code="VBC-1057",
                )
            if said and index < len(row):
                row[index] = next(iter(said))
