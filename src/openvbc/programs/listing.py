"""A list of people, episodes or the like: the second kind of result, beside a settlement.

Rows have evidence (why each is listed) and due dates where there are any. A listing is about people
unless it says otherwise, and is then in no report for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from openvbc.engine.csv_file import csv_file
from openvbc.programs.settlement import About

MOST_ROWS = 10_000
"""Rows of a list in a workbook; people do not scroll further, and Parquet holds all."""
Role = Literal["who", "fact", "evidence", "due"]


@dataclass(frozen=True)
class Field:
    """A column of a listing: what a reader calls it, its unit as lines have it, its part."""

    label: str
    unit: str = "text"
    role: Role = "fact"


@dataclass(frozen=True)
class Listing:
    """Rows of plain values, one value a field."""

    name: str
    title: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[Any]]
    lead: str = ""
    """What the list is for, and what it is not."""
    about: About = "people"
    in_pages: bool = True
    """False where rows name people nobody asked for, or the page tells them elsewhere: the workbook
    and the app have the list, a run's page does not."""
    feeds: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells (row, field) that are inputs of the settlement's sheets, by the input's name; in a
    workbook the input points to the cell."""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.fields) for row in self.rows):
            raise ValueError(f"listing {self.name}: a row has not one value a field")


def first_rows(total: int, place: str) -> str:
    """Words for a list that is longer than a workbook shows; none where it is not."""
    if total <= MOST_ROWS:
        return ""
    return f"The first {MOST_ROWS:,} of {total:,} rows; {place} has all. "


_TYPES = {"text": "string", "date": "date", "flag": "boolean", "count": "bigint", "year": "int"}


def column_name(label: str) -> str:
    """The column of a list's Parquet file that a label stands for."""
    return "_".join("".join(c if c.isalnum() else " " for c in label.lower()).split())


def column_type(unit: str) -> str:
    """Its type, by the unit of the field."""
    return _TYPES.get(unit, "decimal(38,6)")


def write_csv(listing: Listing, path: Path) -> None:
    """Write a listing as CSV, its labels as the heading, readable by its owner only."""
    with csv_file(path) as writer:
        writer.writerow([field.label for field in listing.fields])
        writer.writerows(listing.rows)


def write_csvs(listings: Iterable[Listing], folder: Path) -> list[Path]:
    """Write each listing into the folder as a CSV file of its name; the files, in their order."""
    files = []
    for listing in listings:
        files.append(folder / f"{listing.name}.csv")
        write_csv(listing, files[-1])
    return files
