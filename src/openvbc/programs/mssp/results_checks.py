"""Which rows of a results file cannot be settled, and why: looked through column by column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from openvbc.errors import SetAside
from openvbc.programs.mssp.results_columns import FLAGS, SETTLING
from openvbc.programs.mssp.results_numbers import NumbersRead
from openvbc.programs.mssp.results_row import ResultsTable, read_flag
from openvbc.programs.published.published_cell import TOTAL_LABEL, is_missing

IDENTIFIER = re.compile(r"[A-Z]\d{4,5}", re.IGNORECASE)
"""How CMS numbers ACOs: a letter and five digits to 2017, four since."""

TOTAL_NAMES = frozenset({"total", "totals", "grand total", "all acos", "sum", "average", "mean"})


Found = Iterator[tuple[int, SetAside]]


def rows_set_aside(
    table: ResultsTable,
    read: NumbersRead,
    years: Sequence[int | None],
    tracks: Sequence[tuple[str, ...] | None],
    starts: Sequence[dt.date | None],
) -> dict[int, SetAside]:
    """Rows that cannot be settled, each with the first reason found.

    Args:
        table: the file's columns.
        read: its numbers as printed, before percents are made ratios.
        years: the performance year of each row.
        tracks: the tracks of each row; None where the letter printed is no track's.
        starts: the start of each row's agreement.
    """
    set_aside: dict[int, SetAside] = {}
    for check in (
        _no_number(table, read),
        _negative_counts(table),
        _amounts(table),
        _no_identifier(table),
        _strangers(table),
        _no_flags(table),
        _no_whole_people(table),
        _no_year(table, years),
        _no_track(table, tracks),
        _no_date(table, starts),
        _scores(table, read.values),
    ):
        for row, aside in check:
            set_aside.setdefault(row, aside)
    return set_aside


def _no_number(table: ResultsTable, read: NumbersRead) -> Found:
    expected = "a number of at most 16 digits, or a mark for a missing value"
    for name, known in read.known.items():
        if name == "quality_score":
            continue
        wrong = {cell for cell, value in known.items() if value is None and not is_missing(cell)}
        for row, cell in enumerate(table.published.column(name)) if wrong else ():
            if cell in wrong:
                place = table.published.place(row, name)
                yield row, SetAside("text where a number belongs", place, expected)


def _negative_counts(table: ResultsTable) -> Found:
    published = table.published
    for (name, item), index in published.where.items():
        if name not in {"person_count", "person_years"}:
            continue
        column = published.columns[index]
        wrong = {c for c in set(column) if c.strip().startswith("-") and not is_missing(c)}
        for row, cell in enumerate(column) if wrong else ():
            if cell in wrong:
                place = published.place(row, name, item)
                yield row, SetAside("negative person count", place, "a number of people or years")


def _amounts(table: ResultsTable) -> Found:
    place = table.published.place
    nothing = [None] * table.published.count
    for name in SETTLING:
        for row, value in enumerate(table.numbers.get(name, nothing)):
            if value is None:
                yield row, SetAside("a value is missing", place(row, name), "a number")
            elif value < 0 or (value == 0 and name != "expenditures"):
                negative = "negative person count" if name == SETTLING[0] else "negative amount"
                reason = negative if value < 0 else "zero where an amount belongs"
                yield row, SetAside(reason, place(row, name), "a number above zero")
    balance = "advance_investment_balance"
    for row, value in enumerate(table.numbers.get(balance, ())):
        if value is not None and value < 0:
            detail = "an amount of zero or more"
            yield row, SetAside("negative amount", place(row, balance), detail)


def _identities(table: ResultsTable) -> Iterable[tuple[int, tuple[str, str]]]:
    nothing = [""] * table.published.count
    columns = (table.texts.get(name, nothing) for name in ("aco_id", "aco_name"))
    return enumerate(zip(*columns, strict=True))


def _no_identifier(table: ResultsTable) -> Found:
    for row, (identifier, name) in _identities(table) if table.published.has("aco_id") else ():
        if not (identifier or name):
            place = table.published.place(row, "aco_id")
            yield row, SetAside("no identifier", place, "an ACO_ID such as A1234")


def _strangers(table: ResultsTable) -> Found:
    """Rows that are called a total, or whose identifier is of another form."""
    column = "aco_id" if table.published.has("aco_id") else "aco_name"
    for row, (identifier, name) in _identities(table):
        if IDENTIFIER.fullmatch(identifier):
            continue
        place = table.published.place(row, column)
        # An ACO may well be called Total Care: a name alone must be exactly that of a total.
        if TOTAL_LABEL.fullmatch(identifier) or (not identifier and name.lower() in TOTAL_NAMES):
            yield row, SetAside("a total line, not an ACO", place, "an ACO a row")
        elif identifier:
            detail = "a letter and four or five digits"
            yield row, SetAside("not an ACO's identifier", place, detail)


def _no_flags(table: ResultsTable) -> Found:
    for name in FLAGS:
        cells = table.texts.get(name, ())
        wrong = {cell for cell in set(cells) if cell and read_flag(cell) is None}
        for row, cell in enumerate(cells) if wrong else ():
            if cell in wrong:
                items = table.published.items(name)
                place = table.published.place(row, name, items[0] if items else "")
                yield row, SetAside("not a flag", place, "0 or 1, or a mark for a missing value")


def _no_whole_people(table: ResultsTable) -> Found:
    for row, people in enumerate(table.numbers.get("assigned_beneficiaries", ())):
        if people is not None and people != people.to_integral_value():
            place = table.published.place(row, "assigned_beneficiaries")
            yield row, SetAside("not a whole number of people", place, "a whole number")


def _no_year(table: ResultsTable, years: Sequence[int | None]) -> Found:
    for row, year in enumerate(years):
        if year is None:
            place = table.published.place(row, "year")
            yield row, SetAside("performance year not told", place, "a year such as 2019")


def _no_track(table: ResultsTable, tracks: Sequence[tuple[str, ...] | None]) -> Found:
    for row, own in enumerate(tracks):
        if own is None:
            known = "A to E, EN, Track 1, 1+, 2, 3"
            place = table.published.place(row, "track_letter")
            yield row, SetAside("unknown track", place, known)


def _no_date(table: ResultsTable, starts: Sequence[dt.date | None]) -> Found:
    dated = "agreement_start" if "agreement_start" in table.texts else "initial_start"
    for row, text in enumerate(table.texts.get(dated, ())):
        if text and starts[row] is None:
            place = table.published.place(row, dated)
            yield row, SetAside("not a date", place, "a date such as 1/1/2024")


def _scores(table: ResultsTable, values: Mapping[str, Sequence[Decimal | None]]) -> Found:
    """Quality scores that are neither a ratio, nor missing, nor those of a reporting year."""
    place = table.published.place
    for row, printed in enumerate(values.get("quality_score", ())):
        if printed is None:
            cell = table.published.text(row, "quality_score")
            if not is_missing(cell) and cell.upper() != "P4R":
                detail = "a quality score, or P4R"
                yield (
                    row,
                    SetAside("text where a number belongs", place(row, "quality_score"), detail),
                )
            continue
        score = table.numbers["quality_score"][row]
        if score is not None and not 0 <= score <= 1:
            detail = "0 to 100 percent"
            yield row, SetAside("quality score out of range", place(row, "quality_score"), detail)
