"""One contract and year of a results file as printed, and the file it stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from openvbc.errors import Place, SetAside
from openvbc.programs.published.along import first_of_each
from openvbc.programs.published.published_file import PublishedTable

WORDS = (
    "risk_model", "revenue_category", "initial_start", "revenue_loss_limit",
    "reporting_incentive_met", "first_year_standard_met", "quality_standard_met",
    "alternative_standard_met", "guardrail", "received_percentile",
)  # fmt: skip
"""Words, flags and dates that many rows share, and that tell how their numbers are read."""


@dataclass(slots=True)
class ResultsRow:
    """One contract and year as printed: numbers exact, rates as ratios, None where missing."""

    table: ResultsTable = field(repr=False)
    number: int
    """The row's number in its table."""
    year: int
    aco_id: str
    aco_name: str
    tracks: tuple[str, ...]
    """Tracks whose column is flagged, or the one printed."""
    agreement_start: dt.date | None
    resolution: Mapping[str, Decimal]
    """One unit in the last place printed, for each number column."""
    alike: int = -1
    """The same for rows that print the same figures, once they are settled."""

    @property
    def place(self) -> Place:
        """The file and line of the row."""
        return Place(self.table.published.source, self.table.published.lines[self.number])

    def amount(self, name: str) -> Decimal | None:
        """A number cell; None where it, or its column, is missing."""
        numbers = self.table.numbers
        return numbers[name][self.number] if name in numbers else None

    def text(self, name: str) -> str:
        """A text or flag cell; empty where it, or its column, is missing."""
        column = self.table.texts.get(name)
        return "" if column is None else column[self.number]

    def figures(self) -> tuple[int, int, int]:
        """The same for rows of a file and year that print the same but for whose they are."""
        return (id(self.table), self.year, self.table.first_alike[self.number])

    def shown(self, name: str) -> str | None:
        """A text cell for a message; None where its column is missing."""
        return self.text(name) if name in self.table.texts else None

    def printed_at(self, name: str) -> Place:
        """Where a column of this row stands in the file, with what it prints."""
        published = self.table.published
        items = published.items(name)
        return published.place(self.number, name, items[0] if items else "")

    def settling(self, name: str) -> Decimal:
        """One of the numbers no row is read without."""
        value = self.table.numbers[name][self.number]
        assert value is not None, name
        return value

    def flag(self, name: str) -> bool | None:
        """A 0/1 cell; None where missing."""
        column = self.table.flags.get(name)
        return None if column is None else column[self.number]


@dataclass
class ResultsTable:
    """One file: its rows, those set aside, and its columns as printed."""

    path: Path
    rows: list[ResultsRow]
    set_aside: list[SetAside]
    columns: frozenset[str]
    """Our names of the columns the file has."""
    track_columns: frozenset[str]
    """Tracks that have a column of their own."""
    published: PublishedTable = field(repr=False)
    numbers: Mapping[str, Sequence[Decimal | None]] = field(repr=False)
    """Number columns of the whole file, rates as ratios."""
    texts: Mapping[str, Sequence[str]] = field(repr=False)
    """Its other columns."""
    flags: Mapping[str, Sequence[bool | None]] = field(repr=False)
    """Those of 0 and 1 once more, read."""
    year_by_name: int | None = None
    """The year asked for or told by the file's name alone; None where a column tells it."""
    notes: Sequence[str] = ()
    """What a reader of the result must know of how the file was taken."""

    @cached_property
    def first_alike(self) -> Sequence[int]:
        """For each row the first that prints the same but for whose it is."""
        where = self.published.where
        return self.published.alike(
            {where[name, ""] for name in ("aco_id", "aco_name") if (name, "") in where},
            [where[name, ""] for name in ("benchmark", "expenditures")],
        )

    @cached_property
    def words_alike(self) -> Sequence[int]:
        """For each row the first that has the same in the columns of `WORDS`."""
        columns = [self.texts[name] for name in WORDS if name in self.texts]
        cells = zip(*columns, strict=True) if columns else [()] * self.published.count
        return first_of_each(cells)

    @property
    def rows_in(self) -> int:
        """Rows of the file below the header that are not blank."""
        return len(self.rows) + len(self.set_aside)


class ColumnsOfRows:
    """The columns of rows of one or several files; None where the row's file lacks one."""

    def __init__(self, rows: Sequence[ResultsRow]) -> None:
        self._parts: list[tuple[ResultsTable, list[int]]] = []
        for row in rows:
            if not self._parts or self._parts[-1][0] is not row.table:
                self._parts.append((row.table, []))
            self._parts[-1][1].append(row.number)

    def numbers(self, name: str) -> list[Decimal | None]:
        """A column of numbers."""
        return self._column(name, lambda table: table.numbers)

    def flags(self, name: str) -> list[bool | None]:
        """A column of 0 and 1."""
        return self._column(name, lambda table: table.flags)

    def _column(
        self, name: str, columns: Callable[[ResultsTable], Mapping[str, Sequence[Any]]]
    ) -> list[Any]:
        cells: list[Any] = []
        for table, numbers in self._parts:
            column = columns(table).get(name)
            cells += [None] * len(numbers) if column is None else [column[n] for n in numbers]
        return cells


def read_flag(text: str) -> bool | None:
    """A cell of 0 or 1; None where it is neither."""
    word = text.strip().lower()
    if word in {"1", "1.0", "yes", "y", "true"}:
        return True
    return False if word in {"0", "0.0", "no", "n", "false"} else None
