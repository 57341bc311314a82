"""One contract and year of a results file as printed, and the file it stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import Place, SetAside
from openvbc.programs.published.published_file import PublishedTable


@dataclass(slots=True)
class ResultsRow:
    """One contract and year as printed: numbers exact, rates as ratios, None where missing."""

    place: Place
    year: int
    aco_id: str
    aco_name: str
    numbers: Mapping[str, Decimal | None]
    texts: Mapping[str, str]
    """Text and flag cells; empty where missing."""
    tracks: tuple[str, ...]
    """Tracks whose column is flagged, or the one printed."""
    agreement_start: dt.date | None
    resolution: Mapping[str, Decimal]
    """One unit in the last place printed, for each number column."""
    table: ResultsTable = field(repr=False)
    number: int = 0
    """The row's number in its table."""

    def printed_at(self, name: str) -> Place:
        """Where a column of this row stands in the file, with what it prints."""
        published = self.table.published
        items = published.items(name)
        return published.place(self.number, name, items[0] if items else "")

    def settling(self, name: str) -> Decimal:
        """One of the numbers no row is read without."""
        value = self.numbers[name]
        assert value is not None, name
        return value

    def flag(self, name: str) -> bool | None:
        """A 0/1 cell; None where missing."""
        return read_flag(self.texts.get(name, ""))


@dataclass
class ResultsTable:
    """One file: its rows, those set aside, and how finely each rate column is printed."""

    path: Path
    rows: list[ResultsRow]
    set_aside: list[SetAside]
    columns: frozenset[str]
    """Our names of the columns the file has."""
    track_columns: frozenset[str]
    """Tracks that have a column of their own."""
    published: PublishedTable = field(repr=False)
    year_by_name: int | None = None
    """The year asked for or told by the file's name alone; None where a column tells it."""

    @property
    def rows_in(self) -> int:
        """Rows of the file below the header that are not blank."""
        return len(self.rows) + len(self.set_aside)


def read_flag(text: str) -> bool | None:
    """A cell of 0 or 1; None where it is neither."""
    word = text.strip().lower()
    if word in {"1", "1.0", "yes", "y", "true"}:
        return True
    return False if word in {"0", "0.0", "no", "n", "false"} else None
