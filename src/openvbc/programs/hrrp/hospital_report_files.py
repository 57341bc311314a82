"""A hospital-specific report of the readmissions program: a workbook, or its sheets as CSV.

Sheets are told by their title: table 1 (payment adjustment factor), table 2 (results by condition)
and one sheet of discharges a condition. In a sheet of discharges the row under the header holds the
coefficients; the risk factors stand in the columns that have one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.input_file import LINE_LIMIT
from openvbc.programs.hrrp.files import condition_named
from openvbc.programs.hrrp.hospital_report_discharges import Discharges, read_discharges
from openvbc.programs.hrrp.hospital_report_sheet import (
    cell_at,
    column_named,
    header_of,
    number_in,
    text_in,
)
from openvbc.programs.published.file_grid import grids, named_grids
from openvbc.programs.published.published_cell import plain

_TITLE = re.compile(r"^table \d+ ", re.IGNORECASE)
_YEAR = re.compile(r"FY (20\d\d) HRRP")
TITLE_WITHIN = 5
"""A sheet's title stands in one of the first so many rows."""
_CCN = re.compile(r"\b\d{6}\b")


@dataclass(frozen=True)
class ReportedCondition:
    """A row of table 2."""

    discharges: Decimal | None
    readmissions: Decimal | None
    predicted: Decimal | None
    expected: Decimal | None
    ratio: Decimal | None
    median: Decimal | None
    penalty: str
    drg_ratio: Decimal | None


@dataclass
class HospitalReport:
    """A hospital-specific report."""

    identifier: str = ""
    year: int | None = None
    peer_group: str | None = None
    dual_proportion: Decimal | None = None
    modifier: Decimal | None = None
    factor: Decimal | None = None
    conditions: dict[str, ReportedCondition] = field(default_factory=dict)
    discharges: dict[str, Discharges] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    cells: dict[tuple[str, str], Place] = field(default_factory=dict)
    """Where each printed value stands, by its name and condition."""


def is_report(path: Path) -> bool:
    """Whether a file holds sheets of a hospital-specific report."""
    if not path.is_file():
        return False
    if path.suffix.lower() == ".csv":
        with path.open("rb") as file:
            start = file.readline(LINE_LIMIT).decode("utf-8-sig", errors="replace")
        return _titled([[start]]) is not None
    return any(_kind(grid) for grid in grids(path))


def _title(grid: list[list[str]]) -> str:
    """The sheet's title, among its first rows; empty if it has none."""
    firsts = (plain(row[0]) for row in grid[:TITLE_WITHIN] if row)
    return next((text for text in firsts if _TITLE.match(text + " ")), "")


_OF_THE_PAYMENT = {
    "dual_proportion": "dual proportion", "peer_group": "peer group assignment",
    "modifier": "neutrality modifier", "factor": "payment adjustment factor",
}  # fmt: skip
"""Headings of what table 1 prints, by its name."""
_HEADERS = {
    "payment": ("neutrality modifier",),
    "results": ("measure", "excess readmission ratio"),
    "discharges": ("id number",),
}
"""What the header of each kind of sheet names."""


def _titled(grid: list[list[str]]) -> str | None:
    """The kind of sheet that a title names."""
    title = _title(grid)
    if "payment adjustment factor" in title:
        return "payment"
    if "discharge level" in title:
        return "discharges" if _condition(title) else None
    return "results" if "your hospital" in title and "readmission" in title else None


def _lists_other_sheets(grid: list[list[str]]) -> bool:
    """A cover sheet: it names several tables, one a row."""
    named = {
        title.group(0) for row in grid for cell in row if (title := _TITLE.match(plain(cell) + " "))
    }
    return len(named) > 1


def _kind(grid: list[list[str]]) -> str | None:
    """The kind of a sheet: its title, and below it its own table header; a cover sheet has none."""
    kind = _titled(grid)
    if kind is None or _has_header(grid, _HEADERS[kind]):
        return kind
    return None if _lists_other_sheets(grid) else kind


def _has_header(grid: list[list[str]], words: tuple[str, ...]) -> bool:
    return any(
        all(any(heading.startswith(word) for heading in headings) for word in words)
        for headings in ([plain(cell) for cell in row] for row in grid)
    )


def read_report(files: Sequence[Path]) -> HospitalReport:
    """Read one hospital's report.

    Raises:
        InputError: VBC-179, the sheet of the payment or of the results is missing.
    """
    report = read_sheets(files)
    for given, what in (
        (report.conditions, "results (table 2)"),
        (report.factor is not None or report.modifier is not None, "the payment (table 1)"),
    ):
        if not given:
            raise InputError(
                f"the report's table of {what} is missing",
                place=Place(", ".join(path.name for path in files)),
                action="give the whole workbook, or each of its sheets",
                code="VBC-179",
            )
    return report


def read_sheets(files: Sequence[Path]) -> HospitalReport:
    """Whatever sheets of one hospital's report there are; discharges alone give coefficients."""
    report = HospitalReport()
    for path in files:
        for name, grid in named_grids(path):
            kind = _kind(grid)
            if kind is None:
                continue
            # A message names the sheet as well as the file.
            sheet = path.with_name(name)
            _read_heading(sheet, grid, report)
            if kind == "payment":
                _read_payment(sheet, grid, report)
            elif kind == "results":
                _read_results(sheet, grid, report)
            else:
                condition = _condition(_title(grid))
                discharges = read_discharges(sheet, grid, condition, report.set_aside)
                if discharges is not None and condition is not None:
                    report.discharges[condition] = discharges
    return report


def _read_heading(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    report.place = Place(path.name)
    year = _year(path, grid)
    if year is not None:
        if report.year not in (None, year):
            raise InputError(
                f"sheets of different fiscal years ({report.year}, {year})",
                place=Place(path.name),
                action="give the sheets of one report",
                code="VBC-1017",
            )
        report.year = year
    name = grid[1][0].strip() if len(grid) > 1 and grid[1] else ""
    ccn_match = _CCN.search(name)
    report.identifier = ccn_match.group(0) if ccn_match else report.identifier or name


def _year(path: Path, grid: list[list[str]]) -> int | None:
    """The fiscal year in the file's name, else the one the sheet names most."""
    named = re.findall(r"fy[ _-]?(20\d\d)", path.name.lower())
    words = " ".join(cell for row in grid for cell in row[:1])
    years = Counter(named or _YEAR.findall(words)).most_common(1)
    return int(years[0][0]) if years else None


def _read_payment(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    number, headings = header_of(path, grid, "neutrality modifier")
    row, line = grid[number + 1], number + 2
    amounts: dict[str, Decimal | None] = {}
    for name, words in _OF_THE_PAYMENT.items():
        index = column_named(headings, words)
        amounts[name] = number_in(path, row, line, index)
        report.cells[name, ""] = cell_at(path, grid[number], row, line, index)
    group = amounts["peer_group"]
    report.peer_group = None if group is None else f"{group.normalize():f}"
    report.dual_proportion = amounts["dual_proportion"]
    report.modifier, report.factor = amounts["modifier"], amounts["factor"]


def _read_results(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    number, headings = header_of(path, grid, "measure")
    where = {
        "discharges": "number of eligible discharges",
        "readmissions": "number of readmissions",
        "predicted": "predicted readmission rate",
        "expected": "expected readmission rate",
        "ratio": "excess readmission ratio",
        "median": "peer group median",
        "drg_ratio": "ratio of drg payments",
    }
    columns = {name: column_named(headings, words) for name, words in where.items()}
    penalty = column_named(headings, "penalty indicator")
    for line, row in enumerate(grid[number + 1 :], start=number + 2):
        condition = condition_named(row[0]) if row and len(plain(row[0])) <= 40 else None
        if condition is None:
            if any(map(str.strip, row)) and [plain(cell) for cell in row] != headings:
                break
            continue  # a blank row or the header again: the table goes on below
        for name, index in {**columns, "penalty": penalty}.items():
            report.cells[name, condition] = cell_at(path, grid[number], row, line, index)
        report.conditions[condition] = ReportedCondition(
            penalty=text_in(row, penalty).upper()[:1],
            **{name: number_in(path, row, line, index) for name, index in columns.items()},
        )


def _condition(title: str) -> str | None:
    """The condition in ``... for the HF 30-Day ... Measure``; None for other stays."""
    return condition_named(title.split("for the", 1)[-1].split("30 day")[0])
