"""Where each published value of the facility files stands, and how finely it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from openvbc.errors import Place
from openvbc.programs.published.published_cell import parse_ccn
from openvbc.programs.published.published_file import PublishedTable


class PrintedCells:
    """The tables a settlement was read from, asked by facility and column.

    A file is only asked when a verification needs it; the index of its rows is then built once.
    """

    def __init__(
        self, tables: Iterable[PublishedTable] = (), spelled: Mapping[str, str] | None = None
    ) -> None:
        self.tables = tuple(tables)
        self.spelled = spelled or {}
        """How the files spell an item (a measure) that has another name here."""
        self._decimals = cache(self._count_decimals)
        self._rows = cache(self._row_of_each)

    def place(self, identifier: str, column: str, item: str = "") -> Place:
        """The cell of a facility in a column; an empty place where no file has it."""
        item = self.spelled.get(item, item)
        for number, table in enumerate(self.tables):
            if table.has(column, item) and (row := self._rows(number).get(identifier)) is not None:
                return table.place(row, column, item)
        return Place()

    def decimals(self, column: str, item: str = "") -> int | None:
        """Decimals with which the files print a column (percents taken as ratios)."""
        return self._decimals(column, self.spelled.get(item, item))

    def _row_of_each(self, number: int) -> dict[str, int]:
        table = self.tables[number]
        rows: dict[str, int] = {}
        for row in range(table.count):
            if (identifier := parse_ccn(table.text(row, table.layout.identifier))) is not None:
                rows.setdefault(identifier, row)
        return rows

    def _count_decimals(self, column: str, item: str) -> int | None:
        places = [table.decimals(column, item) for table in self.tables if table.has(column, item)]
        return max(places, default=None)
