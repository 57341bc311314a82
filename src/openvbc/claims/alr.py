"""Assignment list reports: which file governs a year, and what its table 1-1 says.

Every quarterly report restates the whole year, and reports for later performance years restate
earlier years as benchmark years. For each calendar year one file governs: of the earliest
performance year that covers it, the last of initial, quarter 1 to 4, annual; of equal ones the one
with the later time stamp. A person absent from the governing file is not enrolled in its months.

Names and columns: CMS, assignment list report data dictionary, as carried by public loaders
(tables 1-6 and 1-9 are known only in part). Dates come as MM/DD/YYYY. Monthly enrollment flags: 0
none, 1 ESRD, 2 disabled, 3 aged dual, 4 aged non-dual.
"""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.alr_files import AssignmentReport, find_reports
from openvbc.claims.csv_table import CsvColumn, CsvRows, read_csv
from openvbc.claims.identity import Identities
from openvbc.claims.list_findings import columns_lacking, report_values, score_means
from openvbc.claims.report import Finding, HeldReport, StoreReport
from openvbc.claims.staging import Staging
from openvbc.enrollment_type import ENROLLMENT_TYPES

TYPES = dict(enumerate(ENROLLMENT_TYPES, start=1))
SCORES = dict(zip(ENROLLMENT_TYPES, ("ESRD", "DIS", "AGDU", "AGND"), strict=True))
RESTATED = "restated by another assignment report, which governs the year"


def _flag(text: str) -> int:
    plain = text.removesuffix(".0")
    if plain not in ("0", "1", "2", "3", "4"):
        raise read.Refused("not one of 0 to 4")
    return int(plain)


def _optional(name: str, parse: read.Parse, meaning: str, without: str = "") -> CsvColumn:
    return CsvColumn(name, parse, meaning, "", required=False, filled=False, without=without)


FLAGS = tuple(f"ENROLLFLAG{month}" for month in range(1, 13))
COLUMNS = (
    CsvColumn("BENE_MBI_ID", read.identifier, "beneficiary", "1S00A00AA00"),
    _optional("BENE_SEX_CD", read.code(1), "1 male, 2 female", "no sex"),
    _optional("BENE_BRTH_DT", read.date, "date of birth", "no birth date"),
    _optional("BENE_DEATH_DT", read.date, "date of death", "no deaths"),
    _optional("BENE_RACE_CD", read.code(1), "race code"),
    _optional(
        "STATE_COUNTY_CD", read.county, "five-digit state and county of residence", "no county"
    ),
    _optional(
        "IN_VA_MAX",
        read.flag,
        "voluntarily aligned",
        "who is aligned is told by the clinician named",
    ),
    _optional(
        "VA_TIN",
        read.tin,
        "taxpayer number of the designated clinician",
        "nobody is voluntarily aligned by it",
    ),
    _optional("VA_NPI", read.npi, "designated clinician", "no designated clinician"),
    _optional("HCC_VERSION", read.word, "risk model version"),
    *(CsvColumn(name, _flag, "enrollment type of the month", "4", True, False) for name in FLAGS),
    *(
        _optional(f"{s}_SCORE", read.score, "risk score", "no scores of the type")
        for s in SCORES.values()
    ),
    *(
        _optional(f"DEM_{s}_SCORE", read.score, "demographic score", "no such scores")
        for s in SCORES.values()
    ),
)


def read_reports(
    paths: tuple[Path, ...],
    who: Identities,
    staging: Staging,
    report: StoreReport,
    *,
    with_scores: bool,
    with_alignment: bool,
) -> None:
    """Stage the governing report of each calendar year; the others are counted and set aside."""
    if not paths:
        return
    reports = find_reports(paths, report)
    if not reports:
        report.findings.append(
            Finding("no assignment report", "error", "no file there is named as one",
                    subject="assignment reports")
        )  # fmt: skip
    report.organizations = sorted({*report.organizations, *(one.aco_id for one in reports)})
    main = [listing for listing in reports if listing.table == "1"]
    governing = {listing.calendar_year: listing for listing in main}  # sorted: the last one governs
    others = sorted({listing.table for listing in reports} - {"1"})
    if others:
        tables = ", ".join(f"1-{table}" for table in others)
        report.findings.append(
            Finding("tables not used", "note", f"assignment report tables {tables} are not read")
        )
    for listing in main:
        rows = read_csv(listing.name, listing.content(), COLUMNS, "coverage_span")
        governs = governing[listing.calendar_year] is listing
        report.assignment_reports.append(
            HeldReport(
                listing.calendar_year, listing.priority, listing.performance_year, governs,
                rows.entry.records,
            )
        )  # fmt: skip
        if not governs:
            rows.entry.put_aside(RESTATED, rows.entry.used)
            rows.entry.used = 0
        report.waterfall.append(rows.entry)
        if governs:
            report.findings += columns_lacking(rows)
            report.findings += report_values(rows, FLAGS)
        if rows.entry.used:
            _stage(listing, rows, who, staging, report, with_scores, with_alignment)


def _stage(
    listing: AssignmentReport,
    rows: CsvRows,
    who: Identities,
    staging: Staging,
    report: StoreReport,
    with_scores: bool,
    with_alignment: bool,
) -> None:
    people = [who.of(member) for member in rows.columns["BENE_MBI_ID"]]
    staging.write_rows("coverage_span", _spans(listing, rows, people))
    count = len(people)
    sexes = {"1": "male", "2": "female"}
    staging.write_rows(
        "person",
        {
            "person_id": people,
            "birth_date": rows.columns["BENE_BRTH_DT"],
            "death_date": rows.columns["BENE_DEATH_DT"],
            "stated_on": [listing.stated_on] * count,
            "states_deaths": [any(rows.columns["BENE_DEATH_DT"])] * count,
            "sex": [sexes.get(sex, "unknown") for sex in rows.columns["BENE_SEX_CD"]],
            "race": rows.columns["BENE_RACE_CD"],
            "source_file": [listing.name] * count,
            "source_line": rows.lines,
            "delivery": [listing.calendar_year] * count,
        },
    )
    if with_scores:
        scores = _scores(listing, rows, people)
        names = ("calendar_year", "enrollment_type", "risk_score", "demographic_score")
        each = list(zip(*(scores[name] for name in names), strict=True))
        report.findings += score_means(listing.name, each)
        staging.write_rows("risk_score", scores)
    if with_alignment:
        chosen = [
            n
            for n in range(count)
            if rows.columns["VA_TIN"][n] is not None or rows.columns["VA_NPI"][n] is not None
        ]
        staging.write_rows(
            "voluntary_alignment",
            {
                "person_id": [people[n] for n in chosen],
                "performance_year": [listing.calendar_year] * len(chosen),
                "tin": [rows.columns["VA_TIN"][n] for n in chosen],
                "npi": [rows.columns["VA_NPI"][n] for n in chosen],
                "source_file": [listing.name] * len(chosen),
                "source_line": [rows.lines[n] for n in chosen],
            },
        )


def _spans(listing: AssignmentReport, rows: CsvRows, people: list[str]) -> dict[str, list[Any]]:
    """Months of equal flag in a row become one span."""
    year = listing.calendar_year
    names = (
        "person_id", "start_date", "end_date", "part_a", "part_b", "medicare_advantage",
        "enrollment_type", "county", "source", "source_file", "source_line",
    )  # fmt: skip
    columns: dict[str, list[Any]] = {name: [] for name in names}
    flags = list(zip(*(rows.columns[name] for name in FLAGS), strict=True))
    for person, row, county, line in zip(
        people, flags, rows.columns["STATE_COUNTY_CD"], rows.lines, strict=True
    ):
        month = 0
        while month < 12:
            end = month
            while end < 11 and row[end + 1] == row[month]:
                end += 1
            if row[month]:
                last = dt.date(year, end + 1, calendar.monthrange(year, end + 1)[1])
                values = (
                    person, dt.date(year, month + 1, 1), last, True, True, False,
                    TYPES[row[month]], county, "ALR", listing.name, line,
                )  # fmt: skip
                for name, value in zip(names, values, strict=True):
                    columns[name].append(value)
            month = end + 1
    return columns


def _scores(listing: AssignmentReport, rows: CsvRows, people: list[str]) -> dict[str, list[Any]]:
    """Scores of the types a person has; a blank or zero score does not count."""
    names = (
        "person_id", "calendar_year", "enrollment_type", "risk_score", "demographic_score",
        "hcc_version", "source_file", "source_line",
    )  # fmt: skip
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for kind, short in SCORES.items():
        scores = rows.columns[f"{short}_SCORE"]
        demographic = rows.columns[f"DEM_{short}_SCORE"]
        for n, person in enumerate(people):
            if scores[n]:
                values = (
                    person, listing.calendar_year, kind, scores[n], demographic[n],
                    rows.columns["HCC_VERSION"][n], listing.name, rows.lines[n],
                )  # fmt: skip
                for name, value in zip(names, values, strict=True):
                    columns[name].append(value)
    return columns
