"""The files of assignment list reports, told by CMS's names: of which year, and how late."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from openvbc.claims.delivery import plain_name
from openvbc.claims.found_files import NOT_KNOWN, FoundFile, walk
from openvbc.claims.report import Finding, StoreReport
from openvbc.input_file import LIST_LIMIT

NAME = re.compile(
    r"^(?:.*[^A-Z0-9])?[PT]\.(?P<aco>A\w{4})\.ACO\.(?P<report>QALR|AALR|HALR)\."
    r"(?:(?P<year>\d{4})Q(?P<quarter>[1-4])\.|Y(?P<annual>\d{4})\.)?"
    r"D(?P<performance>\d{2})\d{4}\.T(?P<time>\d{6,7})_1-(?P<table>\d+)$",
    re.IGNORECASE,
)
OTHER_REPORTS = re.compile(
    r"\.(BNMRK|QEXPU|AEXPU|QQR|QMCQM|BEUR|NCBP|BAIP|BNEX|MBI[YR]\d\d|PATB)\.", re.IGNORECASE
)
"""Other CMS reports that may lie beside them; none of their numbers is read from there."""
INITIAL, ANNUAL = 0, 5


@dataclass(frozen=True)
class AssignmentReport:
    """One table of one report, not yet read."""

    aco_id: str
    name: str
    source: FoundFile
    table: str
    performance_year: int
    calendar_year: int
    priority: int
    time: str

    @property
    def rank(self) -> tuple[int, int, str]:
        """The governing report of a calendar year is the one with the greatest rank."""
        return (-self.performance_year, self.priority, self.time)

    @property
    def stated_on(self) -> dt.date:
        """The day it speaks of: the end of its quarter or year, or a later year's start."""
        month = 3 * self.priority if INITIAL < self.priority < ANNUAL else 12
        covered = dt.date(self.calendar_year, month, calendar.monthrange(2001, month)[1])
        if self.priority == INITIAL:
            covered = dt.date(self.calendar_year, 1, 1)
        return max(covered, dt.date(self.performance_year, 1, 1))

    def content(self) -> bytes:
        """The bytes of the table."""
        return self.source.content(LIST_LIMIT)


def find_reports(
    paths: tuple[Path, ...], report: StoreReport | None = None
) -> list[AssignmentReport]:
    """Every table of every assignment report under the paths; other files are named in `report`."""
    tables: list[AssignmentReport] = []
    for file in walk(paths, "assignment list reports"):
        one = _report(file)
        if one is not None:
            tables.append(one)
        elif report is not None:
            report.findings.append(_not_a_report(file))
    return sorted(tables, key=lambda each: (each.calendar_year, each.rank, each.table))


def _not_a_report(file: FoundFile) -> Finding:
    head = file.head()
    first = head.replace(b"\0", b"").decode("latin-1").split("\n", 1)[0].upper()
    if OTHER_REPORTS.search(file.name):
        return Finding("files not used", "note", f"{file.name}: another report than assignment")
    if "BENE_MBI_ID" in first and "ENROLLFLAG12" in first:
        why = "a table 1-1 whose name does not say for which year and quarter; give it CMS's name"
    elif head.startswith(b"PK"):
        why = "an Excel workbook; save its sheet 1-1 as CSV under CMS's name"
    else:
        why = "no assignment list report, neither by its name nor by its columns"
    return Finding(NOT_KNOWN, "error", f"{file.name}: {why}", subject=file.name)


def _report(file: FoundFile) -> AssignmentReport | None:
    match = NAME.match(plain_name(file.name))
    if match is None or file.head(4).startswith(b"PK"):
        return None
    performance = 2000 + int(match["performance"])
    if match["year"]:
        year, priority = int(match["year"]), int(match["quarter"])
    elif match["annual"]:
        year, priority = int(match["annual"]), ANNUAL
    else:
        year, priority = performance, INITIAL
    return AssignmentReport(
        match["aco"].upper(), file.name, file, match["table"], performance, year, priority,
        match["time"],
    )  # fmt: skip
