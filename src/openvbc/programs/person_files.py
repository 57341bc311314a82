"""Files of a user about people, beside the claims: CSV files of known names in one folder.

Each row is used or set aside with a reason; people are named by any identifier the claim store
knows, and stand in the rows by the store's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.claims.csv_table import CsvColumn, CsvRows, read_csv_file
from openvbc.claims.own_files import MEMBER
from openvbc.claims.report import FileRows, StoreReport
from openvbc.engine.base import Engine

Rows = list[dict[str, Any]]
Reasons = list[str | None]


def _nothing(rows: Sequence[Mapping[str, Any]], reasons: Reasons) -> None:
    del rows, reasons


@dataclass(frozen=True)
class PersonFile:
    """A file a user may give: its name, its columns, the table its rows become."""

    file: str
    table: str
    columns: tuple[CsvColumn, ...]
    refuse: Callable[[Mapping[str, Any]], str | None] = lambda row: None
    """Why a row that can be read cannot be used."""
    refuse_together: Callable[[Sequence[Mapping[str, Any]], Reasons], None] = _nothing
    """Sets reasons of rows that contradict each other; those set before are out already."""


@dataclass
class FilesRead:
    """What was read: usable rows by table, and each file's rows used and set aside."""

    rows: dict[str, Rows] = field(default_factory=dict)
    files: list[FileRows] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)

    @property
    def given(self) -> set[str]:
        """Names of the files that are there."""
        return {path.name for path in self.paths}

    @property
    def set_aside(self) -> int:
        """Rows that were not used."""
        return sum(sum(entry.set_aside.values()) for entry in self.files)

    def notes(self) -> list[str]:
        """What was set aside, why and where."""
        said = []
        for entry in self.files:
            for reason, count in sorted(entry.set_aside.items()):
                lines = ", ".join(str(line) for line in entry.lines.get(reason, ())[:5])
                said.append(f"{entry.file}: {count:,} row(s) set aside: {reason} (line {lines}).")
        return said


def people_of(engine: Engine, report: StoreReport) -> dict[str, str]:
    """Every identifier of the claim store to its person."""
    engine.register("person_identifier", report.parts("person_identifier"))
    rows = engine.rows("select member_id, person_id from person_identifier")
    return {row["member_id"]: row["person_id"] for row in rows}


Refuse = Callable[[PersonFile, Mapping[str, Any]], str | None]


def _no_reason(file: PersonFile, row: Mapping[str, Any]) -> str | None:
    del file, row
    return None


def read_person_files(
    folder: Path,
    files: Sequence[PersonFile],
    people: Mapping[str, str],
    refuse: Refuse = _no_reason,
) -> FilesRead:
    """Read every file that is in the folder.

    Args:
        folder: where the files are.
        files: what may be there.
        people: every identifier of the claim store to its person.
        refuse: why a row cannot be used by what is known beside the file; its person is in it.

    Raises:
        InputError: a file cannot be read as CSV, or lacks a column it must have.
    """
    person_files = FilesRead()
    for each in files:
        path = folder / each.file
        person_files.rows[each.table] = []
        if path.exists():
            read = read_csv_file(path, each.columns, each.table)
            person_files.rows[each.table] = _usable(each, read, people, refuse)
            person_files.files.append(read.entry)
            person_files.paths.append(path)
    return person_files


def _usable(log: PersonFile, read: CsvRows, people: Mapping[str, str], refuse: Refuse) -> Rows:
    names = [column.name for column in log.columns]
    rows = [
        dict(zip(names, cells, strict=True))
        for cells in zip(*(read.columns[name] for name in names), strict=True)
    ]
    reasons: Reasons = []
    for row in rows:
        reason = log.refuse(row)
        if MEMBER.name in row:
            row["person_id"] = people.get(row[MEMBER.name])
            if row["person_id"] is None:
                reason = reason or "a person that no claim feed names"
        reasons.append(reason or refuse(log, row))
    log.refuse_together(rows, reasons)
    _put_aside(read, reasons)
    return [row for row, reason in zip(rows, reasons, strict=True) if reason is None]


def _put_aside(read: CsvRows, reasons: Sequence[str | None]) -> None:
    by_reason: dict[str, list[int]] = {}
    for line, reason in zip(read.lines, reasons, strict=True):
        if reason is not None:
            by_reason.setdefault(reason, []).append(line)
    for reason, lines in by_reason.items():
        read.entry.put_aside(reason, len(lines), lines)
        read.entry.used -= len(lines)
