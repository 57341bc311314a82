"""What CMS's benchmark workbook and expenditure reports say, line by line.

The workbooks (BNMRK, AEXPU, QEXPU) are sheets to be read, not tables: a section has a row of its
own (``[A2] Person Years``), below it a row an enrollment type or service. Lines are told by their
words (``rules/mssp/report_lines.csv``, ``report_rows.csv``), columns by their heads: benchmark
years, or ``ACO-specific`` beside all ACOs and the nation. What a report is and of which year, its
name tells as CMS gives it. A row with a number that no rule knows is kept and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.programs.published.file_grid import named_grids
from openvbc.programs.published.published_cell import number_or_none, plain
from openvbc.rules.load import load_code_table

PROGRAM = "mssp"
NAME = re.compile(
    r"(?:^|\.)(?P<report>BNMRK|AEXPU|QEXPU)\.(?:Y?(?P<year>20\d\d)(?:Q[1-4])?\.)?"
    r"(?:D(?P<performance>\d\d)\d{4}\.)?",
    re.IGNORECASE,
)
SECTION = re.compile(r"^\s*\[\s*[A-Z]{1,2}\d?\s*\]\s*")
OWN_COLUMN = re.compile(r"aco specific|aco|your aco|a\d{4}")
YEAR_COLUMN = re.compile(r"(?:by|benchmark year) ?([123])(?: .*)?")
LARGEST_LABEL = 120


@dataclass(frozen=True)
class ReportedLine:
    """One number of a report."""

    source: str
    """File and sheet."""
    row: int
    label: str
    measure: str
    of: str
    """Enrollment type, service category or measure; empty for a total."""
    period: str
    """BY1 to BY3 of a benchmark workbook; the calendar year of an expenditure report."""
    value: Decimal
    unit: str


@dataclass
class Reports:
    """Everything that was read."""

    lines: list[ReportedLine] = field(default_factory=list)
    unknown: list[tuple[str, int, str]] = field(default_factory=list)
    """Rows with a number that no rule knows: source, row, label."""


@dataclass(frozen=True)
class _Rules:
    lines: Sequence[tuple[re.Pattern[str], Mapping[str, str]]]
    rows: Sequence[tuple[str, re.Pattern[str], str]]


def read_reports(paths: Sequence[Path]) -> Reports:
    """Read workbooks (or CSVs of their sheets).

    Raises:
        InputError: a file is not told by its name, or holds no line that is known.
    """
    rules = _rules()
    reports = Reports()
    for path in paths:
        told = NAME.search(path.name)
        if told is None or (told["report"].upper() != "BNMRK" and not _year(told)):
            raise InputError(
                "not known which report this is, and of which year",
                place=Place(path.name),
                rule="CMS's names tell it: ...BNMRK..., ...AEXPU.Y2021..., ...QEXPU.D249999...",
                action="give the file the name it came with",
                code="VBC-9904",
            )
        before = len(reports.lines)
        for name, rows in named_grids(path):
            _Sheet(rules, reports, name, told["report"].upper(), _year(told)).read(rows)
        if len(reports.lines) == before:
            raise InputError(
                "the report holds no line that is known",
                place=Place(path.name),
                rule="sections are told by their words, for example 'Person Years'",
                action="is this the workbook as CMS sent it, with its tables?",
                code="VBC-9905",
            )
    return reports


def _year(told: re.Match[str]) -> str:
    """The calendar year a name tells; empty where it tells none."""
    return told["year"] or (f"20{told['performance']}" if told["performance"] else "")


def _rules() -> _Rules:
    return _Rules(
        [(re.compile(r["pattern"]), r) for r in load_code_table(PROGRAM, "report_lines")],
        [
            (r["split_by"], re.compile(r["pattern"]), r["code"])
            for r in load_code_table(PROGRAM, "report_rows")
        ],
    )


class _Sheet:
    """One sheet, read downwards: columns and section last seen say what a row is."""

    def __init__(self, rules: _Rules, reports: Reports, name: str, report: str, year: str) -> None:
        self._rules, self._found, self._name = rules, reports, name
        self._report, self._year = report, year
        self._columns: dict[int, str] = {}
        self._section: Mapping[str, str] | None = None

    def read(self, rows: Sequence[Sequence[str]]) -> None:
        """Every row."""
        for number, cells in enumerate(rows, start=1):
            if columns := self._heads(cells):
                self._columns = columns
                continue
            at = next((n for n, cell in enumerate(cells) if cell.strip()), None)
            if at is None or len(cells[at]) > LARGEST_LABEL:
                continue
            self._row(number, cells[at], cells)

    def _heads(self, cells: Sequence[str]) -> dict[int, str]:
        """Columns that are read, with their period; empty where the row is no row of heads."""
        if any(number_or_none(cell) is not None for cell in cells):
            return {}
        periods = {}
        for at, cell in enumerate(cells[1:], start=1):
            words = plain(cell)
            if told := YEAR_COLUMN.fullmatch(words):
                periods[at] = f"BY{told[1]}"
            elif self._report != "BNMRK" and OWN_COLUMN.fullmatch(words):
                periods[at] = self._year
        return periods

    def _row(self, number: int, label: str, cells: Sequence[str]) -> None:
        words = plain(SECTION.sub("", label))
        values = {
            period: value
            for at, period in self._columns.items()
            if at < len(cells) and (value := number_or_none(cells[at])) is not None
        }
        of = self._part(words)
        if of is None:
            section = next((r for p, r in self._rules.lines if p.fullmatch(words)), None)
            if section is not None or SECTION.match(label):
                self._section = section
            if section is None:
                if values and self._section is not None:
                    self._found.unknown.append((self._name, number, label.strip()))
                return
            of = ""
        assert self._section is not None
        for period, value in values.items():
            self._found.lines.append(
                ReportedLine(
                    self._name, number, label.strip(), self._section["measure"], of, period, value,
                    self._section["unit"],
                )
            )  # fmt: skip

    def _part(self, words: str) -> str | None:
        """Which part of the section a row is; None where it is none."""
        split = self._section["split_by"] if self._section else ""
        for kind, pattern, code in self._rules.rows:
            if kind == split and pattern.fullmatch(words):
                return code
        return None
