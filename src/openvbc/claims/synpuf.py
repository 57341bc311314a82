"""CMS's DE-SynPUF (2008 to 2010) as a feed: beneficiary summaries and inpatient claims.

The public file says how many months of Part A, Part B and Medicare Advantage a person had in a
year, not which. Months are therefore laid from January on: A and B first, of these the first ones
in Medicare Advantage. Person-years are those of the file; which month is which is not known. There
is no dual status, so aged people are non-dual. Outpatient, carrier and drug files are not read.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, CsvRows, read_csv
from openvbc.claims.report import NOT_UNDERSTOOD, Finding, Gap, StoreReport
from openvbc.claims.staging import Staging
from openvbc.errors import InputError, Place
from openvbc.input_file import GZIP, LIST_LIMIT, content_of, unpacked

SUMMARY = re.compile(r"^DE1_0_(\d{4})_Beneficiary_Summary_File_Sample_\d+\.csv(\.gz)?$")
INPATIENT = re.compile(r"^DE1_0_2008_to_2010_Inpatient_Claims_Sample_\d+\.csv(\.gz)?$")
YEARS = range(2008, 2011)
"""Of the inpatient claims."""
SOURCE = "claims feed"


def _months(text: str) -> int:
    if not text.isdecimal() or len(text) > 2 or int(text) > 12:
        raise read.Refused("not 0 to 12 months")
    return int(text)


def _birth(text: str) -> dt.date:
    """A birth date; the fillers of databases are none."""
    birth_date = read.date(text)
    if birth_date is None:
        raise read.Refused("no birth date")
    return birth_date


def _through(text: str) -> dt.date:
    """A claim's last day, which the name of the file bounds."""
    last_day = read.date(text)
    if last_day is None:
        raise read.Refused("no through date")
    if last_day.year not in YEARS:
        raise read.Refused(f"not a day of {YEARS[0]} to {YEARS[-1]}, the years of the file")
    return last_day


def _diagnosis(text: str) -> str:
    if not text.isalnum() or not 3 <= len(text) <= 7:
        raise read.Refused("not a diagnosis code")
    return text


def _given(name: str, parse: read.Parse, filled: bool = True) -> CsvColumn:
    return CsvColumn(name, parse, "", "", filled=filled)


SUMMARY_COLUMNS = (
    _given("DESYNPUF_ID", read.identifier),
    _given("BENE_BIRTH_DT", _birth),
    _given("BENE_DEATH_DT", read.date, False),
    _given("BENE_SEX_IDENT_CD", read.one_of("1", "2")),
    _given("BENE_RACE_CD", read.code(1)),
    _given("BENE_ESRD_IND", read.one_of("Y", "0")),
    _given("BENE_HI_CVRAGE_TOT_MONS", _months),
    _given("BENE_SMI_CVRAGE_TOT_MONS", _months),
    _given("BENE_HMO_CVRAGE_TOT_MONS", _months),
)
DIAGNOSES = tuple(f"ICD9_DGNS_CD_{n}" for n in range(1, 11))
INPATIENT_COLUMNS = (
    _given("DESYNPUF_ID", read.identifier),
    _given("CLM_ID", read.word),
    _given("SEGMENT", read.word),
    _given("CLM_FROM_DT", read.date, False),
    _given("CLM_THRU_DT", _through),
    _given("PRVDR_NUM", read.ccn, False),
    _given("CLM_PMT_AMT", read.money),
    _given("AT_PHYSN_NPI", read.npi, False),
    _given("OP_PHYSN_NPI", read.npi, False),
    _given("CLM_DRG_CD", read.code(3), False),
    *(_given(name, _diagnosis, False) for name in DIAGNOSES),
)


def read_synpuf(folder: Path, staging: Staging, report: StoreReport) -> None:
    """Stage every beneficiary summary and inpatient file of the folder."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    summaries = [(file, match) for file in files if (match := SUMMARY.match(file.name))]
    inpatient = [file for file in files if INPATIENT.match(file.name)]
    if not summaries:
        raise InputError(
            "no DE-SynPUF beneficiary summary is there",
            place=Place(file=str(folder)),
            rule="names as CMS publishes them: DE1_0_2008_Beneficiary_Summary_File_Sample_1.csv",
            action="correct the path in the project file",
            code="VBC-1008",
        )
    for file, match in summaries:
        rows = read_csv(file.name, _content(file), SUMMARY_COLUMNS, "coverage_span")
        report.waterfall.append(rows.entry)
        _summary(rows, int(match[1]), staging)
    for file in inpatient:
        rows = read_csv(file.name, _content(file), INPATIENT_COLUMNS, "institutional_claim")
        report.waterfall.append(rows.entry)
        _inpatient(rows, staging)
        untold = rows.columns["CLM_FROM_DT"].count(None)
        if untold:
            detail = f"{file.name}, CLM_FROM_DT: the claim's last day stands for it"
            report.findings.append(Finding(NOT_UNDERSTOOD, "warning", detail, untold))
    report.gaps.append(
        Gap(
            "only inpatient claims",
            "of DE-SynPUF only beneficiary summaries and inpatient claims are read",
        )
    )


def _content(path: Path) -> bytes:
    content = content_of(path, LIST_LIMIT)
    return unpacked(content, path.name, LIST_LIMIT) if content[:2] == GZIP else content


def _summary(rows: CsvRows, year: int, staging: Staging) -> None:
    columns = rows.columns
    names = (
        "person_id", "start_date", "end_date", "part_a", "part_b", "medicare_advantage",
        "enrollment_type", "source", "source_file", "source_line",
    )  # fmt: skip
    spans: dict[str, list[Any]] = {name: [] for name in names}
    for person, birth, esrd, a, b, hmo, line in zip(
        columns["DESYNPUF_ID"], columns["BENE_BIRTH_DT"], columns["BENE_ESRD_IND"],
        columns["BENE_HI_CVRAGE_TOT_MONS"], columns["BENE_SMI_CVRAGE_TOT_MONS"],
        columns["BENE_HMO_CVRAGE_TOT_MONS"], rows.lines, strict=True,
    ):  # fmt: skip
        kind = "ESRD" if esrd == "Y" else "DISABLED" if year - birth.year < 65 else "AGED_NON_DUAL"
        cuts = sorted({0, a, b, hmo})
        for first, last in itertools.pairwise(cuts):
            end = dt.date(year, last, calendar.monthrange(year, last)[1])
            values = (
                person, dt.date(year, first + 1, 1), end, first < a, first < b, first < hmo,
                kind, SOURCE, rows.entry.file, line,
            )  # fmt: skip
            for name, value in zip(names, values, strict=True):
                spans[name].append(value)
    staging.write_rows("coverage_span", spans)
    count = len(rows.lines)
    sexes = {"1": "male", "2": "female"}
    staging.write_rows(
        "person",
        {
            "person_id": columns["DESYNPUF_ID"],
            "birth_date": columns["BENE_BIRTH_DT"],
            "death_date": columns["BENE_DEATH_DT"],
            "sex": [sexes.get(code, "unknown") for code in columns["BENE_SEX_IDENT_CD"]],
            "race": columns["BENE_RACE_CD"],
            "source_file": [rows.entry.file] * count,
            "source_line": rows.lines,
            "delivery": [year] * count,
            "stated_on": [dt.date(year, 12, 31)] * count,
            "states_deaths": [True] * count,
        },
    )


def _inpatient(rows: CsvRows, staging: Staging) -> None:
    columns, count = rows.columns, len(rows.lines)
    claims = [
        f"{claim}-{segment}"
        for claim, segment in zip(columns["CLM_ID"], columns["SEGMENT"], strict=True)
    ]
    starts = [
        start or end
        for start, end in zip(columns["CLM_FROM_DT"], columns["CLM_THRU_DT"], strict=True)
    ]
    common: dict[str, list[Any]] = {
        "claim_id": claims,
        "person_id": columns["DESYNPUF_ID"],
        "claim_start_date": starts,
        "claim_end_date": columns["CLM_THRU_DT"],
        "source_file": [rows.entry.file] * count,
        "source_line": rows.lines,
    }
    staging.write_rows(
        "institutional_claim",
        {
            **common,
            "claim_type_code": ["60"] * count,
            "bill_type_code": ["111"] * count,
            "facility_ccn": columns["PRVDR_NUM"],
            "drg_code": columns["CLM_DRG_CD"],
            "primary_diagnosis_code": columns[DIAGNOSES[0]],
            "attending_npi": columns["AT_PHYSN_NPI"],
            "operating_npi": columns["OP_PHYSN_NPI"],
            "paid_amount": columns["CLM_PMT_AMT"],
            "adjustment_type": ["0"] * count,
            "sign": [1] * count,
            "natural_key": claims,
            "load_date": columns["CLM_THRU_DT"],
            "is_denied": [False] * count,
        },
    )
    for position, name in enumerate(DIAGNOSES, start=1):
        chosen = [n for n in range(count) if columns[name][n] is not None]
        staging.write_rows(
            "diagnosis",
            {
                **{key: [values[n] for n in chosen] for key, values in common.items()},
                "claim_kind": ["institutional"] * len(chosen),
                "position": [position] * len(chosen),
                "diagnosis_code": [columns[name][n] for n in chosen],
                "code_version": ["9"] * len(chosen),
            },
        )
