"""Fixed-width records written as byte matrices: one row a record, one slice a field.

Columns are rendered for all records at once from small tables of ready-made bytes (dates, codes,
four-digit groups), so a million records of a physician file take about a second.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.settings import day_number

PACKET_VERSION = 42
Bytes = NDArray[np.uint8]
NULL_LOW = -1_000_000
"""The date 1000-01-01, which means none."""
NULL_HIGH = 1_000_000
"""The date 9999-12-31, which means none or open."""
_FIRST_DAY = day_number(date(1900, 1, 1))
_DAYS = 73_049


@dataclass(frozen=True)
class FieldPlace:
    """Where a field lies in its record (Python slice) and what it holds."""

    start: int
    stop: int
    kind: str


@dataclass(frozen=True)
class RecordLayout:
    """The fields of one CCLF file in the current packet version."""

    file: str
    fields: Mapping[str, FieldPlace]
    length: int


@lru_cache
def record_layouts() -> dict[str, RecordLayout]:
    """Layouts by file, from the facts the readers use (``claims/layouts/cclf_fields.csv``)."""
    text = (resources.files("openvbc.claims") / "layouts" / "cclf_fields.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    fields: dict[str, dict[str, FieldPlace]] = {}
    for row in rows:
        if int(row["first_version"]) <= PACKET_VERSION <= int(row["last_version"]):
            place = FieldPlace(int(row["start"]) - 1, int(row["end"]), row["kind"])
            fields.setdefault(row["file"], {})[row["field"]] = place
    return {
        file: RecordLayout(file, places, max(p.stop for p in places.values()))
        for file, places in fields.items()
    }


def text_table(values: Sequence[str], width: int) -> Bytes:
    """Texts as rows of bytes, left-justified."""
    joined = "".join(value.ljust(width)[:width] for value in values).encode("ascii", "replace")
    return np.frombuffer(joined, np.uint8).reshape(len(values), width)


@lru_cache
def _dates() -> Bytes:
    first = date(1900, 1, 1)
    known = [(first + timedelta(days=n)).isoformat() for n in range(_DAYS)]
    return text_table(["1000-01-01", "9999-12-31", *known], 10)


@lru_cache
def _digit_groups() -> Bytes:
    return text_table([f"{n:04d}" for n in range(10_000)], 4)


def pick(table: Bytes, index: NDArray[Any]) -> Bytes:
    """Rows of a byte table by position; whole rows are moved as one item."""
    width = table.shape[1]
    items = np.ascontiguousarray(table).view(f"V{width}").ravel()
    rows: Bytes = items[index].view(np.uint8).reshape(len(index), width)
    return rows


def dates(days: NDArray[Any]) -> Bytes:
    """Day numbers as YYYY-MM-DD."""
    place = np.clip(days, _FIRST_DAY - 1, _FIRST_DAY + _DAYS) - _FIRST_DAY + 2
    place = np.where(days == NULL_LOW, 0, np.where(days == NULL_HIGH, 1, place))
    return pick(_dates(), place)


def digits(values: NDArray[Any], width: int) -> Bytes:
    """Whole numbers, zero-filled to `width` digits."""
    groups = -(-width // 4)
    out = np.empty((len(values), groups * 4), np.uint8)
    left = values.astype(np.int64)
    for group in range(groups - 1, -1, -1):
        left, rest = np.divmod(left, 10_000)
        out[:, group * 4 : group * 4 + 4] = pick(_digit_groups(), rest)
    return out[:, groups * 4 - width :]


def money(cents: NDArray[Any], width: int, *, zero_filled: bool) -> Bytes:
    """Unsigned dollars and cents: a blank and zero-filled digits, or right-justified text."""
    out = np.full((len(cents), width), 32, np.uint8)
    size = min(width - 1, 12) if not zero_filled else width
    whole = digits(cents, size - 2) if zero_filled else digits(cents, size - 1)
    if zero_filled:
        out[:, 1:-3] = whole[:, :-2]
        out[:, 0] = 32
    else:
        blank = np.logical_and.accumulate(whole[:, :-3] == 48, axis=1)
        whole[:, :-3][blank] = 32
        out[:, width - size : width - 3] = whole[:, :-2]
    out[:, -3] = 46
    out[:, -2:] = whole[:, -2:]
    return out


class Records:
    """`count` records of one layout, blank until fields are set; each ends in a line feed."""

    def __init__(self, file: str, count: int, constants: Mapping[str, str] | None = None) -> None:
        self.layout = record_layouts()[file]
        template = np.full(self.layout.length + 1, 32, np.uint8)
        template[-1] = 10
        for field, value in (constants or {}).items():
            place = self.layout.fields[field]
            template[place.start : place.stop] = text_table([value], place.stop - place.start)[0]
        self.matrix: Bytes = np.empty((count, len(template)), np.uint8)
        self.matrix[:] = template

    def put(self, field: str, rendered: Bytes) -> None:
        """Set a field from rendered bytes, left-justified if they are narrower."""
        place = self.layout.fields[field]
        width = min(place.stop - place.start, rendered.shape[1])
        self.matrix[:, place.start : place.start + width] = rendered[:, :width]

    def text(self, field: str, values: Sequence[str], index: NDArray[Any]) -> None:
        """Set a text field to ``values[index]``."""
        place = self.layout.fields[field]
        self.put(field, pick(text_table(values, place.stop - place.start), index))

    def date(self, field: str, days: NDArray[Any]) -> None:
        """Set a date field from day numbers."""
        self.put(field, dates(days))

    def number(self, field: str, values: NDArray[Any]) -> None:
        """Set a digits field, zero-filled."""
        place = self.layout.fields[field]
        self.put(field, digits(values, place.stop - place.start))

    def amount(self, field: str, cents: NDArray[Any], *, zero_filled: bool = True) -> None:
        """Set a money field."""
        place = self.layout.fields[field]
        self.put(field, money(cents, place.stop - place.start, zero_filled=zero_filled))

    def quantity(self, field: str, units: NDArray[Any]) -> None:
        """Set a quantity with four decimals from whole units."""
        place = self.layout.fields[field]
        width = place.stop - place.start
        out = np.full((len(units), width), 48, np.uint8)
        out[:, 0] = 32
        out[:, 1:-5] = digits(units, width - 6)
        out[:, -5] = 46
        self.put(field, out)
