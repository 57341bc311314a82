"""Read CMS "Financial and Quality Results" of Direct Contracting (GPDC) and ACO REACH.

Columns are told by their headings (``rules/reach/results_columns.csv``), whatever their order or
case; the year by its column, by ``PY1``, ``PY2`` ... or a calendar year in the file's name, or by
the option ``year``. Rows that cannot be read are set aside with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import Layout, layout_of_rules
from openvbc.programs.published.published_cell import is_missing
from openvbc.programs.published.published_file import PublishedTable, read_tables

FIRST_YEAR = 2021
"""Performance year 1 of the model."""

IDENTIFIER = re.compile(r"[A-Z]\d{3,5}", re.IGNORECASE)
"""How the model numbers its entities; a row of another identifier is a total or a note."""

ARRANGEMENTS = ("GLOBAL", "PROFESSIONAL")

NEEDED = ("final_benchmark", "total_cost_of_care", "net_cost_of_care")
"""Numbers without which nothing can be settled."""

LARGEST_WITHHOLD = Decimal("0.2")
"""Discounts and withholds are below a fifth; a larger number is a percentage."""

_CALENDAR_YEAR = re.compile(r"(?<!\d)(20[2-3]\d)(?!\d)")
_NUMBERED_YEAR = re.compile(r"(?<![a-z])py[ _-]?([1-9])(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class ReachRow:
    """One entity and performance year as printed: numbers exact, None where missing."""

    place: Place
    year: int
    entity_id: str
    entity_name: str
    entity_type: str
    risk_arrangement: str
    has_stop_loss: bool | None
    numbers: Mapping[str, Decimal | None]
    table: PublishedTable = field(repr=False, compare=False)
    number_of_row: int = 0
    """The row of the table."""

    def printed_at(self, name: str) -> Place:
        """Where a number of this row stands in the file."""
        return self.table.place(self.number_of_row, name)


@lru_cache
def _layout() -> Layout:
    return layout_of_rules(
        "reach", "results_columns", "GPDC or ACO REACH results file", "entity_id"
    )


def read_reach_results(
    path: Path, year: int | None = None
) -> tuple[list[ReachRow], list[SetAside]]:
    """Rows and set-aside rows of one file; `year` says its year where the file does not.

    Rows whose own column tells another year than `year` are set aside.
    """
    rows: list[ReachRow] = []
    set_aside: list[SetAside] = []
    for table in read_tables(path, [_layout()], "reach"):
        told = year if year is not None else _year_of_name(table)
        if told is None and not table.has("year"):
            raise InputError(
                "the performance year is told neither by a column nor by the file's name",
                place=Place(table.source),
                rule="a column PERF_YEAR, or a file name with PY1, PY2 ... or one calendar year",
                action="say it: --year 2023",
                code="VBC-1031",
            )
        set_aside += table.set_aside
        for number in range(table.count):
            read = _row(table, number, told, year)
            if isinstance(read, SetAside):
                set_aside.append(read)
            else:
                rows.append(read)
    return rows, set_aside


def _make_ratio(numbers: dict[str, Decimal | None], name: str, largest: Decimal) -> None:
    """A rate above `largest` is printed in percent."""
    value = numbers[name]
    if value is not None and value > largest:
        numbers[name] = value.scaleb(-2)


def _year_of_name(table: PublishedTable) -> int | None:
    """The one year in the sheet's name, else in the file's."""
    for text in (table.source.removeprefix(table.path.name), table.path.stem):
        numbered = set(_NUMBERED_YEAR.findall(text))
        if len(numbered) == 1:
            return FIRST_YEAR - 1 + int(numbered.pop())
        calendar = set(_CALENDAR_YEAR.findall(text))
        if len(calendar) == 1:
            return int(calendar.pop())
    return None


def _row(
    table: PublishedTable, number: int, told: int | None, asked: int | None
) -> ReachRow | SetAside:
    year_match = _CALENDAR_YEAR.search(table.text(number, "year"))
    year = int(year_match.group(1)) if year_match else None
    if asked is not None and year not in (None, asked):
        place = table.place(number, "year")
        detail = f"the row is of {year}, --year asks for {asked}"
        return SetAside("another year than asked for", place, detail)
    if asked is not None or not table.has("year"):
        year = told
    if year is None:
        return SetAside(
            "performance year not told", table.place(number, "year"), "a year such as 2023"
        )
    identifier = table.text(number, "entity_id").upper()
    if is_missing(identifier):
        return SetAside("no identifier", table.place(number, "entity_id"), "an id such as D0001")
    if not IDENTIFIER.fullmatch(identifier):
        place = table.place(number, "entity_id")
        return SetAside("not an identifier of the model", place, "an id such as D0001")
    arrangement = table.text(number, "risk_arrangement").upper()
    if arrangement not in ARRANGEMENTS:
        place = table.place(number, "risk_arrangement")
        return SetAside("unknown risk arrangement", place, "Global or Professional")
    try:
        numbers = {
            column.name: table.number(number, column.name)
            for column in table.layout.columns
            if column.kind == "number"
        }
    except InputError as error:
        return SetAside("text where a number belongs", error.place, "a number")
    for name in NEEDED:
        if numbers[name] is None:
            return SetAside("a value is missing", table.place(number, name), "a number")
    people = numbers["aligned_beneficiaries"]
    if people is not None and people < 0:
        place = table.place(number, "aligned_beneficiaries")
        return SetAside("negative number of people", place, "a number above zero")
    benchmark = numbers["final_benchmark"]
    if benchmark is not None and benchmark <= 0:
        place = table.place(number, "final_benchmark")
        return SetAside("benchmark not above zero", place, "a number above zero")
    _make_ratio(numbers, "quality_score", Decimal(1))
    _make_ratio(numbers, "retention_withhold", LARGEST_WITHHOLD)
    _make_ratio(numbers, "discount", LARGEST_WITHHOLD)
    return ReachRow(
        Place(table.source, table.lines[number]),
        year,
        identifier,
        table.text(number, "entity_name"),
        table.text(number, "entity_type").title(),
        arrangement,
        {"yes": True, "y": True, "no": False, "n": False}.get(
            table.text(number, "stop_loss").lower()
        ),
        numbers,
        table,
        number,
    )
