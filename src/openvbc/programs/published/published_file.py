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
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.along import first_of_each
from openvbc.programs.published.file_grid import HEADER_WITHIN, CsvRows, numbered_rows
from openvbc.programs.published.layout import Layout
from openvbc.programs.published.published_cell import is_missing, parse_number, plain
from openvbc.programs.published.table_rows import by_column, by_row
from openvbc.programs.published.unrecognised_file import unrecognised


@dataclass
class PublishedTable:
    """A file read under a layout: the cells of its columns, and which column holds what."""

    path: Path
    layout: Layout
    title: str
    """The text above the header."""
    header: Sequence[str]
    where: dict[tuple[str, str], int]
    """(column name, item or '') to its index."""
    columns: list[list[str]]
    """The cells of each column kept, one a row: files are looked through column by column."""
    lines: list[int]
    """The file's line of each row."""
    set_aside: list[SetAside] = field(default_factory=list)
    source: str = ""
    """The file's name, with that of the sheet where a workbook has several."""
    not_read: Sequence[str] = ()
    """Headings that no column of the layout fits; their cells are not kept."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def items(self, name: str) -> list[str]:
        """The items for which a repeated column stands in the file, in the file's order."""
        return [item for column, item in self.where if column == name]

    def has(self, name: str, item: str = "") -> bool:
        """Whether the column stands in the file."""
        return (name, item) in self.where

    def column(self, name: str, item: str = "") -> Sequence[str]:
        """The cells of a column as they stand; empty where the file lacks it."""
        index = self.where.get((name, item))
        return [""] * self.count if index is None else self.columns[index]

    def alike(self, but: Container[int], telling: Sequence[int] = ()) -> list[int]:
        """For each row the first that prints the same, but for columns of these numbers.

        `telling`: columns that differ in most rows; a row that is alone in them is looked at no
        further.
        """
        columns = [column for n, column in enumerate(self.columns) if n not in but]
        told = list(zip(*(self.columns[n] for n in telling), strict=True))
        times = Counter(told)
        asked = [row for row, cells in enumerate(told) if times[cells] > 1]
        if not told or len(asked) == self.count:
            rows = zip(*columns, strict=True) if columns else [()] * self.count
            return first_of_each(rows)
        first_rows = list(range(self.count))
        like = first_of_each(tuple([column[row] for column in columns]) for row in asked)
        for row, first in zip(asked, like, strict=True):
            first_rows[row] = asked[first]
        return first_rows

    def text(self, row: int, name: str, item: str = "") -> str:
        """A cell's text, trimmed; empty where the file lacks the column."""
        return self.cell(row, name, item).strip()

    def cell(self, row: int, name: str, item: str = "") -> str:
        """A cell as it stands, blanks and all; empty where the file lacks the column."""
        index = self.where.get((name, item))
        return "" if index is None else self.columns[index][row]

    def number(self, row: int, name: str, item: str = "") -> Decimal | None:
        """A cell's number; None where missing; :class:`InputError` with its place where text."""
        index = self.where.get((name, item))
        if index is None:
            return None
        try:
            return parse_number(self.columns[index][row])
        except ValueError:
            raise InputError(
                "text where a number belongs",
                place=self.place(row, name, item),
                action="correct the cell, or leave it empty if there is no value",
                code="VBC-111",
            ) from None

    def line(self, row: int) -> Place:
        """Where a row stands, for a message."""
        return Place(self.source or self.path.name, self.lines[row])

    def place(self, row: int, name: str, item: str = "") -> Place:
        """Where a cell stands, for a message."""
        index = self.where.get((name, item))
        column = None if index is None else self.header[index].strip()
        value = None if index is None else self.columns[index][row]
        return Place(self.source or self.path.name, self.lines[row], column, value)

    def decimals(self, name: str, item: str = "") -> int:
        """How many decimals the column is printed with (after taking percent signs off)."""
        most = 0
        index = self.where.get((name, item))
        for cell in set(self.columns[index]) if index is not None else ():
            try:
                value = parse_number(cell)
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
    tables: list[PublishedTable] = []
    lacking: list[SetAside] = []
    nearest: list[tuple[int, Layout, list[str]]] = []
    for source, read in numbered_rows(path):
        rows = iter(read)
        head = list(islice(rows, HEADER_WITHIN))
        seems: tuple[int, Layout, list[str]] | None = None
        for number, (_, cells) in enumerate(head):
            fits = [(layout, *_match(layout, cells)) for layout in layouts]
            for layout, where, missing in fits:
                if len(where) >= 2:
                    nearest.append((len(where), layout, missing))
                    seems = max(seems or nearest[-1], nearest[-1], key=lambda near: near[0])
            complete = [(layout, where) for layout, where, missing in fits if not missing]
            if complete:
                layout, where = max(complete, key=lambda fit: len(fit[1]))
                title = " ".join(c.strip() for _, row in head[:number] for c in row if c.strip())
                twins = _twins(layout, head[number][1], where)
                table, kept = _empty(path, source, layout, title, where, head[number][1], twins)
                if not (isinstance(read, CsvRows) and by_column(table, read, head[number], kept)):
                    below = chain(head[number + 1 :], rows)
                    by_row(table, where, head[number][1], below, kept)
                for group in twins:
                    _merge_twins(table, [kept[n] for n in group], head[number][0])
                tables.append(table)
                break
        else:
            if seems is not None and seems[0] >= SEEMS_A_TABLE:
                detail = f"as a {seems[1].kind} it lacks the column {', '.join(seems[2])}"
                lacking.append(SetAside("a sheet that lacks a column", Place(source), detail))
    if not tables:
        raise unrecognised(path, nearest, layouts, program)
    tables[0].set_aside.extend(lacking)
    return tables


def _match(layout: Layout, cells: Sequence[str]) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Columns of `layout` found in a candidate header, and the required ones that are not."""
    where: dict[tuple[str, str], int] = {}
    for index, cell in enumerate(cells):
        if (column := _column_of(layout, cell)) is not None:
            where.setdefault(column, index)
    names = {name for name, _ in where}
    missing = [c.label or c.name for c in layout.columns if c.required and c.name not in names]
    return where, missing


def _column_of(layout: Layout, cell: str) -> tuple[str, str] | None:
    """The column, and its item, that a heading is of."""
    heading = plain(cell)
    for column in layout.columns if heading else ():
        if match := re.fullmatch(column.pattern, heading):
            return column.name, match.groupdict().get("item") or ""
    return None


def _empty(
    path: Path,
    source: str,
    layout: Layout,
    title: str,
    where: dict[tuple[str, str], int],
    header: list[str],
    twins: Sequence[Sequence[int]],
) -> tuple[PublishedTable, dict[int, int]]:
    """A table without rows, and where in it the file's columns stand: others are not kept."""
    indexes = sorted({*where.values(), *(n for group in twins for n in group)})
    kept = {index: number for number, index in enumerate(indexes)}
    table = PublishedTable(
        path,
        layout,
        title,
        [header[index] for index in indexes],
        {column: kept[index] for column, index in where.items()},
        [[] for _ in indexes],
        [],
        source=source,
        not_read=[text.strip() for n, text in enumerate(header) if n not in kept and text.strip()],
    )
    return table, kept


def _twins(
    layout: Layout, header: Sequence[str], where: dict[tuple[str, str], int]
) -> list[list[int]]:
    """Columns that share their heading, or what it means, with one of the layout's."""
    headings = [plain(cell) for cell in header]
    telling = {c.name for c in layout.columns if c.kind == "number"} | {layout.identifier}
    meant = [_column_of(layout, cell) for cell in header]
    groups = {
        column: [
            n
            for n, each in enumerate(headings)
            if each == headings[index] or (meant[n] == column and column[0] in telling)
        ]
        for column, index in where.items()
    }
    return [group for group in groups.values() if len(group) > 1]


def _merge_twins(table: PublishedTable, twins: Sequence[int], line: int) -> None:
    """A column that is used has its heading to itself, or its twins never contradict it.

    Files put together over years hold both spellings of a heading, each filled for some years: the
    twins are then one column. Two different values in a row are an error.
    """
    columns = [table.columns[n] for n in twins]
    for row, cells in enumerate(zip(*columns, strict=True)):
        said = dict.fromkeys(cell.strip() for cell in cells if not is_missing(cell))
        if len(said) > 1:
            raise InputError(
                "two columns have the same heading and different values",
                place=Place(table.source, line, table.header[twins[0]].strip()),
                rule="one and the same are "
                + ", ".join(dict.fromkeys(table.header[n].strip() for n in twins)),
                action="leave the one that is meant",
                code="VBC-1057",
            )
        for column in columns if said else ():
            column[row] = next(iter(said))
