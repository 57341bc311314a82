"""A user's own list of clinicians, groups or entities: one row each, told by who it is of.

A row is identified by NPI, taxpayer number or entity, or by several of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, CsvRows, optional, read_csv_file
from openvbc.claims.csv_values import Parse, Refused
from openvbc.errors import InputError, Place, SetAside

NPI_PREFIX = "80840"
"""What stands before an NPI for its check digit: issuer 80, United States 840 (45 CFR 162.406)."""


def npi(text: str) -> str:
    """A national provider identifier with the right check digit (Luhn, over the prefix too)."""
    identifier: str = read.npi(text)
    total = 0
    for place, digit in enumerate(reversed(NPI_PREFIX + identifier)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    if total % 10:
        raise Refused("the check digit is wrong: mistyped, or damaged by a spreadsheet")
    return identifier


def not_negative(parse: Parse) -> Parse:
    """Numbers of `parse` that are not below zero."""

    def checked(text: str) -> Any:
        number = parse(text)
        if number < 0:
            raise Refused("below zero")
        return number

    return checked


def whole(text: str) -> Any:
    """A whole number, not below zero."""
    quantity = not_negative(read.number)(text)
    if quantity != quantity.to_integral_value():
        raise Refused("not a whole number")
    return quantity


WHOSE = (
    optional("npi", npi, "clinician", "1234567893"),
    optional("tin", read.tin, "taxpayer number the clinician bills under, or of a group"),
    optional("entity", read.word, "APM entity or virtual group"),
)


class OneGroup:
    """Sets aside a clinician under one taxpayer number in a second group (``entity``).

    Under two taxpayer numbers a clinician is scored under each, 42 CFR 414.1310.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}

    def second(self, values: Mapping[str, Any], place: Place) -> SetAside | None:
        """Why the row does not count, where it puts a clinician into another group than before."""
        npi, tin, entity = (values[column.name] or "" for column in WHOSE)
        if npi and entity and self._first.setdefault((npi, tin), entity) != entity:
            return SetAside("a clinician in two groups", place, "the first it stands in counts")
        return None


@dataclass(frozen=True)
class ListRow:
    """One usable row: whose, where it stands, and its values by column."""

    identifier: str
    place: Place
    values: dict[str, Any]


def read_list(
    path: Path, columns: Sequence[CsvColumn], table: str, once_by: str = ""
) -> tuple[list[ListRow], list[SetAside]]:
    """The rows of a list, each of somebody once; the others are set aside with the reason.

    With `once_by` somebody has a row for each value of that column.

    Raises:
        InputError: the file cannot be read, or has a column that is not known.
    """
    csv_rows = read_csv_file(path, (*WHOSE, *columns), table)
    if csv_rows.other_columns:
        raise InputError(
            f"the column {', '.join(csv_rows.other_columns)} is not known",
            place=Place(path.name, 1),
            rule=f"columns: {', '.join(each.name for each in (*WHOSE, *columns))}",
            action="correct its name, or take it out",
            code="VBC-704",
        )
    aside = list(refused_rows(path, csv_rows))
    rows: list[ListRow] = []
    first: dict[tuple[str, Any], int] = {}
    groups = OneGroup()
    for number, line in enumerate(csv_rows.lines):
        values = {name: column[number] for name, column in csv_rows.columns.items()}
        whose = [values[column.name] for column in WHOSE if values[column.name]]
        identifier, place = "-".join(whose), Place(path.name, line)
        if not identifier:
            aside.append(SetAside("neither npi nor tin nor entity", place))
        elif not once_by and (second := groups.second(values, place)):
            aside.append(second)
        elif (key := (identifier, values.get(once_by))) in first:
            seen = f"first seen at line {first[key]}"
            aside.append(SetAside("the same clinician or group a second time", place, seen))
        else:
            first[key] = line
            rows.append(ListRow(identifier, place, values))
    return rows, aside


def without_unusable(
    rows: Iterable[ListRow], unusable: Callable[[ListRow], SetAside | None], aside: list[SetAside]
) -> list[ListRow]:
    """The rows that nothing is wrong with; the others are set aside with what is."""
    kept: list[ListRow] = []
    for row in rows:
        reason = unusable(row)
        if reason is None:
            kept.append(row)
        else:
            aside.append(reason)
    return kept


def reasons_of(aside: Iterable[SetAside]) -> str | None:
    """Why rows were set aside, each reason once; None where none was."""
    return "; ".join(sorted({each.reason for each in aside})) or None


def refused_rows(path: Path, csv_rows: CsvRows) -> Iterable[SetAside]:
    """The rows of a list that could not be read, each with its reason and line."""
    for reason, count in csv_rows.entry.set_aside.items():
        lines = csv_rows.entry.lines.get(reason, [])
        for number in range(count):
            line = lines[number] if number < len(lines) else None
            yield SetAside(reason, Place(path.name, line))
