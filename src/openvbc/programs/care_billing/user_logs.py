"""What practices keep beside claims, as CSV files of known names in one folder.

Each row is used or set aside with a reason; people are named by any identifier the claim store
knows. A log speaks for the practices it names: what such a practice did not log did not happen;
of another practice nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.claims.csv_table import CsvRows, read_csv_file
from openvbc.claims.own_files import MEMBER
from openvbc.claims.report import FileRows
from openvbc.engine.table import SmallTable, Value
from openvbc.programs.care_billing.log_files import AGREEMENT, LOG_FILES, Log
from openvbc.steps.care_billing.tables import LOGS


@dataclass(frozen=True)
class UserLogs:
    """The logs as tables, the rows of the model agreements, and what was set aside."""

    tables: Mapping[str, SmallTable]
    agreement: Sequence[Mapping[str, Value]]
    files: Sequence[FileRows]
    given: frozenset[str]
    """Names of the files that are there."""
    paths: Sequence[Path]


def read_logs(folder: Path, people: Mapping[str, str]) -> UserLogs:
    """Read every log that is in the folder.

    Args:
        folder: where the files are.
        people: every identifier of the claim store to its person.

    Raises:
        InputError: a file cannot be read as CSV, or lacks a column it must have.
    """
    tables: dict[str, SmallTable] = {}
    files: list[FileRows] = []
    paths: list[Path] = []
    agreement: list[Mapping[str, Value]] = []
    for log in (*LOG_FILES, AGREEMENT):
        path = folder / log.file
        rows: list[dict[str, Any]] = []
        if path.exists():
            read = read_csv_file(path, log.columns, log.table)
            rows = _usable(log, read, people)
            files.append(read.entry)
            paths.append(path)
        if log is AGREEMENT:
            agreement = list(rows)
        else:
            columns = LOGS[log.table]
            cells = [tuple(row[name] for name in columns) for row in rows]
            tables[log.table] = SmallTable(log.table, columns, cells)
    return UserLogs(tables, agreement, files, frozenset(p.name for p in paths), paths)


def _usable(log: Log, read: CsvRows, people: Mapping[str, str]) -> list[dict[str, Any]]:
    names = [column.name for column in log.columns]
    rows = [
        dict(zip(names, cells, strict=True))
        for cells in zip(*(read.columns[name] for name in names), strict=True)
    ]
    reasons: list[str | None] = []
    for row in rows:
        reason = log.refuse(row)
        if MEMBER.name in row:
            row["person_id"] = people.get(row[MEMBER.name])
            if row["person_id"] is None:
                reason = reason or "a person that no claim feed names"
        reasons.append(reason)
    if log.table == "care_panel":
        _two_owners(rows, reasons)
    if log.table == "fee":
        _overlapping(rows, reasons)
    _put_aside(read, reasons)
    return [row for row, reason in zip(rows, reasons, strict=True) if reason is None]


def _two_owners(rows: Sequence[Mapping[str, Any]], reasons: list[str | None]) -> None:
    """Both rows of a person whom two practices have at the same time are set aside."""
    for one, other in _overlaps(rows, reasons, "person_id"):
        if rows[one]["tin"] != rows[other]["tin"]:
            reasons[one] = reasons[other] = "two owners for one person at a time"


def _overlapping(rows: Sequence[Mapping[str, Any]], reasons: list[str | None]) -> None:
    for _, later in _overlaps(rows, reasons, "code"):
        reasons[later] = "a second amount for a code on the same days"


def _overlaps(
    rows: Sequence[Mapping[str, Any]], reasons: Sequence[str | None], key: str
) -> list[tuple[int, int]]:
    """Pairs of rows of one key whose days overlap; the earlier row first."""
    by_key: dict[Any, list[int]] = {}
    for at, row in enumerate(rows):
        if reasons[at] is None:
            by_key.setdefault(row[key], []).append(at)
    return [
        (one, other)
        for places in by_key.values()
        for number_of, one in enumerate(places)
        for other in places[number_of + 1 :]
        if _meet(rows[one], rows[other])
    ]


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(
        (one["last_date"] is None or one["last_date"] >= other["first_date"])
        and (other["last_date"] is None or other["last_date"] >= one["first_date"])
    )


def _put_aside(read: CsvRows, reasons: Sequence[str | None]) -> None:
    by_reason: dict[str, list[int]] = {}
    for line, reason in zip(read.lines, reasons, strict=True):
        if reason is not None:
            by_reason.setdefault(reason, []).append(line)
    for reason, lines in by_reason.items():
        read.entry.put_aside(reason, len(lines), lines)
        read.entry.used -= len(lines)
