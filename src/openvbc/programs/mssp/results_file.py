"""Read CMS "Performance Year Financial and Quality Results" of the Shared Savings Program.

Columns are told by their headings (``rules/mssp/results_columns.csv``), whatever their order, case
or spelling; the year by its column, the file's name or the option ``year``. Rates are made ratios:
a column is printed in percent if its values cannot be ratios. Each row comes back as text and exact
numbers under our own field names, with its place in the file; rows that cannot be read are set
aside with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.mssp.results_numbers import Printed, how_printed
from openvbc.programs.mssp.results_row import ResultsRow, ResultsTable, read_flag
from openvbc.programs.published.layout import Layout, layout_of_rules
from openvbc.programs.published.published_cell import (
    TOTAL_LABEL,
    is_missing,
    parse_date,
    plain,
)
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.rules.load import load_code_table

KIND = "Performance Year Financial and Quality Results file"

SETTLING = ("assigned_beneficiaries", "benchmark", "expenditures")
"""Numbers without which nothing can be settled."""

FLAGS = (
    "terminated", "received_mean", "quality_standard_met", "alternative_standard_met",
    "percentile_met", "reporting_incentive_met", "first_year_standard_met", "revenue_loss_limit",
    "guardrail", "reduced_sharing",
)  # fmt: skip
"""Columns of 0 and 1."""

IDENTIFIER = re.compile(r"[A-Z]\d{4,5}", re.IGNORECASE)
"""How CMS numbers ACOs: a letter and five digits to 2017, four since."""

TOTAL_NAMES = frozenset({"total", "totals", "grand total", "all acos", "sum", "average", "mean"})

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PERFORMANCE_YEAR = re.compile(r"py[ _-]?(20\d\d)(?!\d)", re.IGNORECASE)


@lru_cache
def results_layout() -> Layout:
    """The columns a results file may have, from the rules."""
    return layout_of_rules("mssp", "results_columns", KIND, "aco_id")


@lru_cache
def _track_codes() -> Mapping[str, str]:
    return {row["printed"]: row["track"] for row in load_code_table("mssp", "results_tracks")}


def read_results(path: Path, year: int | None = None) -> list[ResultsTable]:
    """Read a results file, every sheet of a workbook that is one.

    `year` says the performance year where the file does not tell it itself. Rows whose own column
    tells another year than `year` are set aside, not settled under the wrong rules; the year in
    the name of a file or sheet counts only where nothing else tells it.
    """
    return [_read_table(table, year) for table in read_tables(path, [results_layout()], "mssp")]


def _read_table(published: PublishedTable, year: int | None) -> ResultsTable:
    named = _year_of_name(published) if year is None and not published.has("year") else None
    if year is None and named is None and not published.has("year"):
        raise InputError(
            "the performance year is told neither by a column nor by the file's name",
            place=Place(published.source),
            rule="a column named year or performance_year, or a file name with one year in it",
            action="say it: --year 2019",
            code="VBC-1031",
        )
    by_year: dict[int | None, list[int]] = {}
    for row in range(len(published.rows)):
        told = year or named or _year_of(published.text(row, "year"))
        by_year.setdefault(told, []).append(row)
    printed = {told: how_printed(published, rows) for told, rows in by_year.items()}
    years = {row: told for told, rows in by_year.items() for row in rows}
    table = ResultsTable(
        published.path,
        [],
        list(published.set_aside),
        frozenset(name for name, _ in published.where),
        frozenset(_track_codes()[item] for item in published.items("track_flag")),
        published,
        None if published.has("year") else year or named,
    )
    columns = _Columns.of(published)
    for row in range(len(published.rows)):
        told = _year_of(published.text(row, "year")) if published.has("year") else None
        if year is not None and told not in (None, year):
            detail = f"the row is of {told}, --year asks for {year}"
            where = published.place(row, "year")
            table.set_aside.append(SetAside("another year than asked for", where, detail))
            continue
        read = _read_row(published, row, printed[years[row]], table, years[row], columns)
        if isinstance(read, SetAside):
            table.set_aside.append(read)
        else:
            table.rows.append(read)
    return table


def _year_of_name(published: PublishedTable) -> int | None:
    """The one year in the sheet's name, else in the file's."""
    sheet = published.source.removeprefix(published.path.name)
    for text in (sheet, published.path.stem):
        for pattern in (_PERFORMANCE_YEAR, _YEAR):
            found = set(pattern.findall(text))
            if len(found) == 1:
                return int(found.pop())
    return None


@dataclass(frozen=True)
class _Columns:
    """What is read of each row, and the rows whose counts of people cannot be."""

    read: tuple[tuple[str, str, int], ...]
    """Name, item and index of the columns a row keeps."""
    negative: Mapping[int, Place]
    """Rows with a negative count, each with its cell."""

    @classmethod
    def of(cls, published: PublishedTable) -> _Columns:
        """Looked through column by column, once a file."""
        negative: dict[int, Place] = {}
        for (name, item), index in published.where.items():
            if name in {"person_count", "person_years"}:
                for row, cells in enumerate(published.rows):
                    cell = cells[index]
                    if "-" in cell and cell.strip().startswith("-") and not is_missing(cell):
                        negative.setdefault(row, published.place(row, name, item))
        kept = [
            (name, item, index)
            for (name, item), index in published.where.items()
            if name != "person_count"
        ]
        return cls(tuple(kept), negative)


def _read_row(
    published: PublishedTable,
    row: int,
    printed: Printed,
    table: ResultsTable,
    year: int | None,
    columns: _Columns,
) -> ResultsRow | SetAside:
    if len(published.rows[row]) > len(published.header) and any(
        cell.strip() for cell in published.rows[row][len(published.header) :]
    ):
        cells, headings = len(published.rows[row]), len(published.header)
        place = Place(published.source, published.lines[row])
        return SetAside("row has more cells than the header", place, f"{cells}, not {headings}")
    numbers: dict[str, Decimal | None] = {}
    texts: dict[str, str] = {}
    tracks: list[str] = []
    cells_of_row = published.rows[row]
    for name, item, index in columns.read:
        cell = cells_of_row[index].strip()
        if name == "track_flag":
            if cell in {"1", "1.0"}:
                tracks.append(_track_codes()[item])
        elif name in printed.scale and name != "quality_score":
            number = printed.values[name][row]
            if number is None and not is_missing(cell):
                return SetAside(
                    "text where a number belongs",
                    published.place(row, name),
                    "a number of at most 16 digits, or a mark for a missing value",
                )
            scale = printed.scale[name]
            numbers[name] = number.scaleb(scale) if number is not None and scale else number
        else:
            texts[name] = "" if is_missing(cell) else cell
    if (negative := columns.negative.get(row)) is not None:
        return SetAside("negative person count", negative, "a number of people or years")
    return _checked(published, row, numbers, texts, tracks, printed, table, year)


def _checked(
    published: PublishedTable,
    row: int,
    numbers: dict[str, Decimal | None],
    texts: dict[str, str],
    tracks: list[str],
    printed: Printed,
    table: ResultsTable,
    year: int | None,
) -> ResultsRow | SetAside:
    for name in SETTLING:
        value = numbers.get(name)
        if value is None:
            return SetAside("a value is missing", published.place(row, name), "a number")
        if value < 0 or (value == 0 and name != "expenditures"):
            negative = "negative person count" if name == SETTLING[0] else "negative amount"
            reason = negative if value < 0 else "zero where an amount belongs"
            return SetAside(reason, published.place(row, name), "a number above zero")
    balance = numbers.get("advance_investment_balance")
    if balance is not None and balance < 0:
        place = published.place(row, "advance_investment_balance")
        return SetAside("negative amount", place, "an amount of zero or more")
    if published.has("aco_id") and not (texts.get("aco_id") or texts.get("aco_name")):
        return SetAside("no identifier", published.place(row, "aco_id"), "an ACO_ID such as A1234")
    if (stranger := _stranger(published, row, texts)) is not None:
        return stranger
    for name in FLAGS:
        if (cell := texts.get(name)) and read_flag(cell) is None:
            items = published.items(name)
            place = published.place(row, name, items[0] if items else "")
            return SetAside("not a flag", place, "0 or 1, or a mark for a missing value")
    people = numbers["assigned_beneficiaries"]
    if people is not None and people != people.to_integral_value():
        place = published.place(row, "assigned_beneficiaries")
        return SetAside("not a whole number of people", place, "a whole number")
    if year is None:
        where = published.place(row, "year")
        return SetAside("performance year not told", where, "a year such as 2019")
    if letter := texts.get("track_letter", "").lower():
        track = _track_codes().get(letter) or _track_codes().get(plain(letter))
        if track is None:
            known = "A to E, EN, Track 1, 1+, 2, 3"
            return SetAside("unknown track", published.place(row, "track_letter"), known)
        tracks = [track]
    start = None
    dated = "agreement_start" if "agreement_start" in texts else "initial_start"
    if text := texts.get(dated, ""):
        start = parse_date(text)
        if start is None:
            return SetAside("not a date", published.place(row, dated), "a date such as 1/1/2024")
    score = _score(published, row, printed)
    if isinstance(score, SetAside):
        return score
    numbers["quality_score"] = score
    return ResultsRow(
        Place(published.source, published.lines[row]),
        year,
        texts.get("aco_id") or f"line {published.lines[row]}",
        texts.get("aco_name", ""),
        numbers,
        texts,
        tuple(tracks),
        start,
        printed.resolution,
        table,
        row,
    )


def _score(published: PublishedTable, row: int, printed: Printed) -> Decimal | SetAside | None:
    """The quality score as a ratio; None if missing, or text for a pay-for-reporting year."""
    cell = published.text(row, "quality_score")
    if is_missing(cell) or cell.upper() == "P4R":
        return None
    number = printed.values["quality_score"][row]
    place = published.place(row, "quality_score")
    if number is None:
        return SetAside("text where a number belongs", place, "a quality score, or P4R")
    score = number.scaleb(printed.scale["quality_score"])
    if not 0 <= score <= 1:
        return SetAside("quality score out of range", place, "0 to 100 percent")
    return score


def _year_of(text: str) -> int | None:
    """The year a cell tells; of ``2012/2013``, the first performance year, the later."""
    found = _YEAR.findall(text)
    return int(max(found)) if found else None


def _stranger(published: PublishedTable, row: int, texts: Mapping[str, str]) -> SetAside | None:
    """Why a row is not an ACO's: it is called a total, or its identifier is of another form."""
    identifier, name = texts.get("aco_id", "").strip(), texts.get("aco_name", "").strip()
    place = published.place(row, "aco_id" if published.has("aco_id") else "aco_name")
    if IDENTIFIER.fullmatch(identifier):
        return None
    # An ACO may well be called Total Care: a name alone must be exactly that of a total.
    if TOTAL_LABEL.fullmatch(identifier) or (not identifier and name.lower() in TOTAL_NAMES):
        return SetAside("a total line, not an ACO", place, "an ACO a row")
    if identifier:
        return SetAside("not an ACO's identifier", place, "a letter and four or five digits")
    return None
