"""Read what CMS prints of the benchmark years: expenditures, risk scores and people by category.

Some "Performance Year Financial and Quality Results" files print, for each ACO and enrollment type,
per capita expenditures and mean risk scores of the three benchmark years, person-years of the
third, and the historical benchmark they lead to. Rows become :class:`CategoryRow`; a row with a
cell that CMS hides says so; rows that cannot be read are set aside with the column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import Layout, layout_of_rules
from openvbc.programs.published.published_cell import parse_date
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

PRINTED_TYPES = {
    "esrd": "esrd", "dis": "disabled", "agdu": "aged_dual", "agnd": "aged_non_dual",
    "aged dual": "aged_dual", "aged nondual": "aged_non_dual",
}  # fmt: skip
"""Category in a heading to enrollment type."""

FIRST_RENEWALS = dt.date(2016, 1, 1)
"""Before this date no second agreement period began; files of then have no agreement number."""

LARGEST = {"person_years": 10_000_000, "expenditure": 10_000_000, "risk_score": 100}
"""Above these a cell is a mistake: person-years, USD per capita, mean risk score."""

_YEAR = re.compile(r"(?<!\d)(20[012]\d)(?!\d)")


@dataclass(frozen=True)
class CategoryRow:
    """One ACO and performance year; `given` holds the worksheet's inputs but the trend factors."""

    place: Place
    year: int
    aco_id: str
    agreement_start: dt.date
    agreement_number: int
    historical_benchmark: Decimal
    """As printed, USD per capita, rounded to the dollar."""
    given: Mapping[str, Decimal]
    hidden: Place | None = None
    """A cell that CMS hides because of few people: the row cannot be computed."""
    printed_at: Place = field(default_factory=Place)
    """Where the historical benchmark stands."""


@lru_cache
def _layout() -> Layout:
    kind = "results file with benchmark years by category"
    return layout_of_rules("mssp", "category_columns", kind, "aco_id")


Wanted = Callable[[dt.date, int | None], bool]


def read_categories(
    path: Path, year: int | None = None, wanted: Wanted | None = None
) -> tuple[list[CategoryRow], list[SetAside]]:
    """Rows that can be used, and rows set aside; InputError if the file prints no categories.

    With `wanted` only rows of agreements (start, number) for which it holds are read.
    """
    rows: list[CategoryRow] = []
    set_aside: list[SetAside] = []
    for table in read_tables(path, [_layout()], "mssp"):
        sheet = table.source.removeprefix(path.name)
        named = year if year is not None else _year_of(sheet) or _year_of(path.stem)
        set_aside += table.set_aside
        whose = table.where.get((table.layout.identifier, ""), -1)
        known: dict[int, CategoryRow] = {}
        # Rows that print the same figures are read once.
        for number, figures in _wanted_rows(table, whose, wanted):
            if (same := known.get(figures)) is not None:
                rows.append(_of_another(table, number, same))
                continue
            read = _row(table, number, named)
            if isinstance(read, SetAside):
                set_aside.append(read)
            else:
                rows.append(read)
                if read.hidden is None:
                    known[figures] = read
    return rows, set_aside


def _of_another(table: PublishedTable, number: int, same: CategoryRow) -> CategoryRow:
    """The figures of a row as those of another ACO that prints the same."""
    place = Place(table.path.name, table.lines[number])
    aco = table.text(number, "aco_id") or f"line {table.lines[number]}"
    printed_at = table.place(number, "historical_benchmark")
    return replace(same, place=place, aco_id=aco, printed_at=printed_at)


def _wanted_rows(table: PublishedTable, whose: int, wanted: Wanted | None) -> list[tuple[int, int]]:
    """Rows to be read, each with the first that prints the same but for whose it is."""
    if wanted is None:
        return list(enumerate(table.alike({whose})))
    starts, numbers = table.column("agreement_start"), table.column("agreement_number")
    told = list(zip(starts, numbers, strict=True))
    chosen = {each for each in set(told) if _is_wanted(*each, wanted)}
    if not chosen:
        return []
    rows = zip(range(table.count), table.alike({whose}), told, strict=True)
    return [(row, first) for row, first, agreement in rows if agreement in chosen]


def _is_wanted(starts: str, agreement: str, wanted: Wanted) -> bool:
    start, number = parse_date(starts.strip()), agreement.strip()
    return start is None or wanted(start, int(number) if number.isdigit() else None)


def _year_of(text: str) -> int | None:
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def _row(table: PublishedTable, number: int, named: int | None) -> CategoryRow | SetAside:
    year = _year_of(table.text(number, "year")) if table.has("year") else named
    if year is None:
        place = Place(table.path.name, table.lines[number])
        return SetAside("performance year not told", place, "a year such as 2016")
    start = parse_date(table.text(number, "agreement_start"))
    if start is None:
        place = table.place(number, "agreement_start")
        return SetAside("not a date", place, "a date such as 1/1/2016")
    try:
        agreement_number = table.number(number, "agreement_number")
        historical = table.number(number, "historical_benchmark")
        savings = table.number(number, "prior_agreement_savings")
        given, hidden = _cells(table, number)
    except InputError as error:
        return SetAside("text where a number belongs", error.place, "a number")
    if agreement_number is None and start < FIRST_RENEWALS:
        agreement_number = Decimal(1)
    if agreement_number is None:
        place = table.place(number, "agreement_number")
        return SetAside("agreement period number not told", place, "1 for a first agreement")
    if historical is None:
        place = table.place(number, "historical_benchmark")
        return SetAside("a value is missing", place, "the historical benchmark")
    if (impossible := _impossible(table, number)) is not None:
        return SetAside("a value that cannot be", impossible, "see the neighbouring rows")
    if not 0 < historical <= LARGEST["expenditure"] or not 1 <= agreement_number <= 99:
        place = table.place(number, "historical_benchmark")
        return SetAside("a value that cannot be", place, "a benchmark and an agreement number")
    if agreement_number > 1 and not table.has("prior_agreement_savings"):
        place = Place(table.source, table.lines[number])
        detail = "Prior_Sav_Adj, which is part of the benchmark of a renewed agreement"
        return SetAside("a column the benchmark needs is missing", place, detail)
    given["prior_agreement_savings"] = savings if savings is not None else Decimal(0)
    return CategoryRow(
        Place(table.path.name, table.lines[number]), year,
        table.text(number, "aco_id") or f"line {table.lines[number]}",
        start, int(agreement_number), historical, given, hidden,
        table.place(number, "historical_benchmark"),
    )  # fmt: skip


def _cells(table: PublishedTable, number: int) -> tuple[dict[str, Decimal], Place | None]:
    """Every category cell under its input's name, and the first one that matters and is hidden."""
    given: dict[str, Decimal] = {}
    hidden: Place | None = None
    for name in ("person_years", "expenditure", "risk_score"):
        for item in table.items(name):
            printed, period = item.rsplit(" ", 1)
            kind = PRINTED_TYPES[printed]
            value = table.number(number, name, item)
            if value is None and given.get(f"person_years_benchmark_year_3_{kind}") != 0:
                hidden = hidden or table.place(number, name, item)
            given[f"{name}_benchmark_year_{period[-1]}_{kind}"] = value or Decimal(0)
    complete = len(given) == len(ENROLLMENT_TYPES) * 7
    return given, hidden if complete else Place(table.path.name, column="benchmark years")


def _impossible(table: PublishedTable, number: int) -> Place | None:
    """A category cell below zero, far too large, or a risk score of zero; or a row of nobody."""
    people = Decimal(0)
    for name, largest in LARGEST.items():
        for item in table.items(name):
            value = table.number(number, name, item)
            if value is None:
                continue
            if not 0 <= value <= largest or (name == "risk_score" and value == 0):
                return table.place(number, name, item)
            people += value if name == "person_years" else 0
    return (
        table.place(number, "person_years", table.items("person_years")[0]) if not people else None
    )
