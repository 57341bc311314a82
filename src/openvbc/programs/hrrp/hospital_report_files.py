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

import numpy as np

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.hrrp.files import condition_named
from openvbc.programs.published.file_grid import grids, named_grids
from openvbc.programs.published.published_cell import parse_number, plain
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.performance.readmission_risk import RiskModel

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


@dataclass(frozen=True)
class Discharges:
    """A sheet of discharges: the index stays with their risk factors."""

    model: RiskModel
    risk_factors: Column
    readmissions: int
    rows: int
    """Discharges listed, index stays or not."""
    factors: tuple[str, ...]
    """Names of the risk factors, in the order of the coefficients."""


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
            start = file.readline().decode("utf-8-sig", errors="replace")
        return _titled([[start]]) is not None
    return any(_kind(grid) for grid in grids(path))


def _title(grid: list[list[str]]) -> str:
    """The sheet's title, among its first rows; empty if it has none."""
    firsts = (plain(row[0]) for row in grid[:TITLE_WITHIN] if row)
    return next((text for text in firsts if _TITLE.match(text + " ")), "")


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
        found.group(0) for row in grid for cell in row if (found := _TITLE.match(plain(cell) + " "))
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
    """Read every sheet of one hospital's report."""
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
                _read_discharges(sheet, grid, report)
    for found, what in (
        (report.conditions, "results (table 2)"),
        (report.factor is not None or report.modifier is not None, "the payment (table 1)"),
    ):
        if not found:
            raise InputError(
                f"the report's table of {what} is missing",
                place=Place(", ".join(path.name for path in files)),
                action="give the whole workbook, or each of its sheets",
                code="VBC-179",
            )
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
                code="VBC-114",
            )
        report.year = year
    name = grid[1][0].strip() if len(grid) > 1 and grid[1] else ""
    found = _CCN.search(name)
    report.identifier = found.group(0) if found else report.identifier or name


def _year(path: Path, grid: list[list[str]]) -> int | None:
    """The fiscal year in the file's name, else the one the sheet names most."""
    named = re.findall(r"fy[ _-]?(20\d\d)", path.name.lower())
    words = " ".join(cell for row in grid for cell in row[:1])
    found = Counter(named or _YEAR.findall(words)).most_common(1)
    return int(found[0][0]) if found else None


def _header(path: Path, grid: list[list[str]], words: str) -> tuple[int, list[str]]:
    for number, row in enumerate(grid):
        headings = [plain(cell) for cell in row]
        if any(heading.startswith(words) for heading in headings):
            return number, headings
    raise InputError(
        f"no column {words!r} was found in this sheet of the report",
        place=Place(path.name),
        action="give the sheet as CMS delivers it",
        code="VBC-113",
    )


def _at(headings: list[str], words: str) -> int | None:
    return next((i for i, heading in enumerate(headings) if words in heading), None)


def _value(path: Path, row: list[str], line: int, index: int | None) -> Decimal | None:
    if index is None or index >= len(row):
        return None
    try:
        return parse_number(row[index])
    except ValueError:
        raise InputError(
            "text where a number belongs",
            place=Place.of_person(path.name, line, None, row[index]),
            code="VBC-111",
        ) from None


def _cell(path: Path, header: list[str], row: list[str], line: int, index: int | None) -> Place:
    """Where a cell stands, with what it prints."""
    if index is None or index >= len(row):
        return Place(path.name, line)
    return Place(path.name, line, header[index].strip(), row[index])


def _text(row: list[str], index: int | None) -> str:
    return "" if index is None or index >= len(row) else row[index].strip()


def _read_payment(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    number, headings = _header(path, grid, "neutrality modifier")
    row, line = grid[number + 1], number + 2
    report.dual_proportion = _value(path, row, line, _at(headings, "dual proportion"))
    group = _value(path, row, line, _at(headings, "peer group assignment"))
    report.peer_group = None if group is None else str(int(group))
    report.modifier = _value(path, row, line, _at(headings, "neutrality modifier"))
    factor = _at(headings, "payment adjustment factor")
    report.factor = _value(path, row, line, factor)
    report.cells["factor", ""] = _cell(path, grid[number], row, line, factor)


def _read_results(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    number, headings = _header(path, grid, "measure")
    where = {
        "discharges": "number of eligible discharges",
        "readmissions": "number of readmissions",
        "predicted": "predicted readmission rate",
        "expected": "expected readmission rate",
        "ratio": "excess readmission ratio",
        "median": "peer group median",
        "drg_ratio": "ratio of drg payments",
    }
    columns = {name: _at(headings, words) for name, words in where.items()}
    penalty = _at(headings, "penalty indicator")
    for line, row in enumerate(grid[number + 1 :], start=number + 2):
        condition = condition_named(row[0]) if row and len(plain(row[0])) <= 40 else None
        if condition is None:
            break
        for name, index in {**columns, "penalty": penalty}.items():
            report.cells[name, condition] = _cell(path, grid[number], row, line, index)
        report.conditions[condition] = ReportedCondition(
            penalty=_text(row, penalty).upper()[:1],
            **{name: _value(path, row, line, index) for name, index in columns.items()},
        )


def _condition(title: str) -> str | None:
    """The condition in ``... for the HF 30-Day ... Measure``; None for other stays."""
    return condition_named(title.split("for the", 1)[-1].split("30 day")[0])


def _is_discharge(row: list[str], width: int) -> bool:
    """Whether a row is a discharge: notes fill the first cell only."""
    return len(row) >= width and sum(bool(cell.strip()) for cell in row) > width // 2


def _read_discharges(path: Path, grid: list[list[str]], report: HospitalReport) -> None:
    condition = _condition(_title(grid))
    number, headings = _header(path, grid, "id number")
    index_stay = _at(headings, "index stay yes no")
    readmitted = _at(headings, "unplanned readmission within 30 days")
    hospital, average = _at(headings, "hosp effect"), _at(headings, "avg effect")
    if condition is None or None in (index_stay, readmitted, hospital, average):
        raise InputError(
            "a sheet of discharges lacks its condition, index stays or effects",
            place=Place(path.name),
            action="give the sheet as CMS delivers it",
            code="VBC-113",
        )
    assert index_stay is not None
    assert readmitted is not None
    weights, line = grid[number + 1], number + 2
    effects = {
        name: _value(path, weights, line, index)
        for name, index in (("hospital", hospital), ("average", average))
    }
    factors = {
        index: value
        for index in range(len(weights))
        if index not in (hospital, average)
        and (value := _value(path, weights, line, index)) is not None
    }
    stays: list[list[float]] = []
    readmissions = rows = 0
    for line, row in enumerate(grid[number + 2 :], start=number + 3):
        if not _is_discharge(row, len(headings)):
            if row and row[0].strip().isdigit():
                report.set_aside.append(SetAside("row is cut short", Place(path.name, line)))
            continue
        rows += 1
        answer = row[index_stay].strip().lower()
        if answer not in {"yes", "no"}:
            report.set_aside.append(
                SetAside("index stay is neither Yes nor No", Place(path.name, line))
            )
        if answer != "yes":
            continue
        values = [_value(path, row, line, index) for index in factors]
        if None in values:
            report.set_aside.append(
                SetAside("index stay without its risk factors", Place(path.name, line))
            )
            continue
        stays.append([float(str(value)) for value in values])
        readmissions += row[readmitted].strip().lower() == "yes"
    if effects["hospital"] is None or effects["average"] is None or not stays:
        return
    report.discharges[condition] = Discharges(
        RiskModel(
            np.array([float(value) for value in factors.values()]),
            float(effects["hospital"]),
            float(effects["average"]),
        ),
        np.array(stays),
        readmissions,
        rows,
        tuple(grid[number][index].strip() for index in factors),
    )
