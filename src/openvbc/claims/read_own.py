"""Our own CSV files into the staged tables, people under their current identifier."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from openvbc.claims.csv_table import CsvRows, read_csv_file
from openvbc.claims.identity import Identities
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.list_findings import list_findings
from openvbc.claims.own_files import (
    ELIGIBILITY,
    NON_CLAIMS_PAYMENTS,
    PARTICIPANTS,
    RISK_SCORES,
    VOLUNTARY_ALIGNMENT,
    OwnFile,
)
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging

ELIGIBILITY_SOURCE = "eligibility.csv"


def read_own_files(
    inputs: ClaimInputs, who: Identities, staging: Staging, report: StoreReport
) -> None:
    """Read whichever of our files the user gives."""
    given: list[tuple[Path | None, OwnFile]] = [
        (inputs.participants, PARTICIPANTS),
        (inputs.eligibility, ELIGIBILITY),
        (inputs.risk_scores, RISK_SCORES),
        (inputs.voluntary_alignment, VOLUNTARY_ALIGNMENT),
        (inputs.non_claims_payments, NON_CLAIMS_PAYMENTS),
    ]
    for path, form in given:
        if path is None:
            continue
        rows = read_csv_file(path, form.columns, form.table)
        report.waterfall.append(rows.entry)
        _check(form, rows)
        report.findings += list_findings(form.table, rows)
        if form is VOLUNTARY_ALIGNMENT:
            report.alignment_years = sorted(set(rows.columns["performance_year"]))
        columns = _staged(form, rows, who)
        staging.write_rows(form.table, columns)


def _staged(form: OwnFile, rows: CsvRows, who: Identities) -> dict[str, list[Any]]:
    columns = dict(rows.columns)
    count = len(rows.lines)
    if "member_id" in columns:
        columns["person_id"] = [who.of(member) for member in columns.pop("member_id")]
    columns["source_file"] = [rows.entry.file] * count
    columns["source_line"] = rows.lines
    if form is ELIGIBILITY:
        columns["county"] = columns.pop("state_county")
        columns["source"] = [ELIGIBILITY_SOURCE] * count
    return columns


def _drop(rows: CsvRows, reason: str, bad: list[int]) -> None:
    """Set rows aside for what only several columns together show."""
    if not bad:
        return
    gone = set(bad)
    rows.entry.put_aside(reason, len(bad), [rows.lines[n] for n in bad])
    rows.entry.used -= len(bad)
    keep = [n for n in range(len(rows.lines)) if n not in gone]
    rows.lines[:] = [rows.lines[n] for n in keep]
    for values in rows.columns.values():
        values[:] = [values[n] for n in keep]


def _check(form: OwnFile, rows: CsvRows) -> None:
    columns = rows.columns
    if form is PARTICIPANTS:
        nobody = [
            n
            for n, (tin, ccn) in enumerate(zip(columns["tin"], columns["ccn"], strict=True))
            if tin is None and ccn is None
        ]
        _drop(rows, "neither a taxpayer number nor a certification number", nobody)
        _drop(rows, "ends before it starts", _backwards(columns))
    if form is ELIGIBILITY:
        _drop(rows, "no start_date", [n for n, d in enumerate(columns["start_date"]) if d is None])
        _drop(rows, "ends before it starts", _backwards(columns))
        untyped = [
            n
            for n, (a, b, ma, kind) in enumerate(
                zip(
                    columns["part_a"], columns["part_b"], columns["medicare_advantage"],
                    columns["enrollment_type"], strict=True,
                )
            )
            if a and b and not ma and kind is None
        ]  # fmt: skip
        _drop(rows, "no enrollment_type", untyped)


def _backwards(columns: dict[str, list[Any]]) -> list[int]:
    pairs: list[tuple[dt.date | None, dt.date | None]] = list(
        zip(columns["start_date"], columns["end_date"], strict=True)
    )
    return [n for n, (start, end) in enumerate(pairs) if start and end and end < start]
