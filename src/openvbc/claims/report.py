"""What building a store found: the waterfall of rows, control totals, gaps, sources.

Rows in = rows used + rows set aside with a reason, file by file. Nothing here names a person.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from openvbc.claims.model import TABLES
from openvbc.engine.digests import BOOK, file_digest, size_of
from openvbc.engine.own_folder import claim
from openvbc.engine.pipeline import Derived
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.table import Table, table_of
from openvbc.errors import InputError, Place

REPORT_FILE, TAKEN = "report.json", "taken"
DERIVED = "derived"
"""Folder of tables that follow from the store alone, for every command that needs them."""
NOT_UNDERSTOOD = "values that are not understood"
"""The name of a finding about values of a feed that another value stands for."""
EXPECTED_REASONS = (
    "the same record in a later delivery",
    "replaced by a later delivery",
    "Part D event replaced by a later one",
    "Part D event deleted",
    "Medicare Advantage encounter (claim type 61)",
    "restated by another assignment report, which governs the year",
)
"""Rows set aside because that is how the feeds work, not because something is wrong."""
MUCH_LOST = 0.05
"""Share of a file's records lost, for what is wrong with them, from which it is an error."""


@dataclass
class FileRows:
    """One input file: its records, those used, those set aside by reason, and sample lines."""

    file: str
    table: str
    records: int = 0
    used: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """First lines set aside for a reason, to look at in the file."""

    def put_aside(self, reason: str, count: int, lines: list[int] | None = None) -> None:
        """Count rows as set aside."""
        if count:
            self.set_aside[reason] = self.set_aside.get(reason, 0) + count
            kept = self.lines.setdefault(reason, [])
            kept += (lines or [])[: 20 - len(kept)]

    @property
    def balanced(self) -> bool:
        """Rows in = rows used + rows set aside."""
        return self.records == self.used + sum(self.set_aside.values())


@dataclass(frozen=True)
class ControlTotal:
    """What CCLF0 says a file holds, and what it holds."""

    delivery: str
    file: str
    expected_records: int | None
    found_records: int | None
    expected_length: int | None
    found_length: int | None
    problem: str = ""
    """Empty when they agree."""

    @property
    def disagrees(self) -> bool:
        """Whether a number of records is stated, and another is there."""
        return self.expected_records is not None and self.expected_records != self.found_records


@dataclass(frozen=True)
class Gap:
    """Something the result cannot contain, whatever the data: named, counted where possible."""

    name: str
    detail: str
    count: int | None = None


@dataclass(frozen=True)
class Finding:
    """Something the user should know about the inputs as a whole."""

    name: str
    severity: str
    detail: str
    count: int = 1
    subject: str = ""
    """What the project file names to accept it: a file, a delivery, a list; empty if it cannot."""


@dataclass(frozen=True)
class Received:
    """One delivery of claims held."""

    kind: str
    """``monthly``, ``weekly``, ``run-out`` or ``unnamed``."""
    year: int | None
    """Performance year it is for, by its name."""
    date: str | None
    """Day, as text: 2024-06-26."""


@dataclass(frozen=True)
class HeldReport:
    """One assignment list report held, by its table 1-1."""

    calendar_year: int
    quarter: int
    """0 initial, 1 to 4, 5 annual."""
    performance_year: int
    governs: bool
    people: int
    """Rows of the table."""


@dataclass
class StoreReport:
    """The store and how it came about."""

    folder: Path
    buckets: int
    inputs_key: str = ""
    tables: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    """Size of each table's files when they were written."""
    sha256: dict[str, str] = field(default_factory=dict)
    """Digest of each table's files when they were written."""
    waterfall: list[FileRows] = field(default_factory=list)
    control_totals: list[ControlTotal] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    alignment_years: list[int] = field(default_factory=list)
    """Performance years of the list of voluntary alignments, where one is given."""
    enrollment_sources: dict[int, str] = field(default_factory=dict)
    """Which feed gives the months of each calendar year."""
    deliveries: list[Received] = field(default_factory=list)
    assignment_reports: list[HeldReport] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    """Whose claims the deliveries hold, by their names."""
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    """Professional lines by month, as 2024-03: ``service`` and ``loaded``."""
    replaced: dict[str, str] = field(default_factory=dict, repr=False)
    """Old identifiers and the current one; kept out of the saved report."""
    renamed: dict[str, str] = field(default_factory=dict, repr=False)
    """The first identifier of people who have another now; kept out of the saved report."""
    work: list[str] = field(default_factory=list, repr=False)
    """What this build read, made and took as it was; kept out of the saved report."""

    def parts(self, table: str) -> list[Path]:
        """Files of a table, one a bucket; of claims a folder of files by time of service."""
        return sorted((self.folder / table).glob("bucket_*"))

    def sources(self, names: Iterable[str] = tuple(TABLES)) -> list[Table]:
        """Tables of the store as steps read them; their keys are digests of the files."""
        return [table_of(name, *self.parts(name), bucketed=TABLES[name].bucketed) for name in names]

    def derived(self, names: Iterable[str]) -> Derived | None:
        """Where tables of steps are kept that read the store and shipped code sets alone.

        None where the store's folder cannot be written to: then each run makes its own.
        """
        if not os.access(self.folder, os.W_OK):
            return None
        return Derived(self.folder / DERIVED, frozenset(names))

    @property
    def is_whole(self) -> bool:
        """Whether every table's files are exactly those that were written."""
        try:
            return self.bytes == self._bytes() and self.sha256 == self._digests()
        except OSError:
            return False

    def checked(self) -> StoreReport:
        """This report, once every file of the store was made sure of.

        Raises:
            InputError: a file is missing or damaged.
        """
        if not self.is_whole:
            raise self._damaged()
        return self

    def checked_parts(self, table: str) -> list[Path]:
        """The Parquet files of a table, made sure of; InputError if one is damaged."""
        parts = self.parts(table)
        if self.sha256.get(table) != file_digest(parts):
            raise self._damaged()
        return parts

    def _damaged(self) -> InputError:
        return InputError(
            "the claim store is damaged or not finished",
            place=Place(file=str(self.folder)),
            rule="what was written is known by its SHA-256",
            action="run again, which builds it anew from the deliveries: vbc run",
            code="VBC-135",
        )

    def _digests(self) -> dict[str, str]:
        return {table: file_digest(self.parts(table)) for table in self.tables}

    def _bytes(self) -> dict[str, int]:
        return {t: sum(size_of(part) for part in self.parts(t)) for t in self.tables}

    def set_aside(self) -> Counter[str]:
        """Rows set aside by reason, over all files."""
        total: Counter[str] = Counter()
        for entry in self.waterfall:
            total.update(entry.set_aside)
        return total

    @property
    def lost(self) -> int:
        """Rows set aside for what is wrong with them, not because that is how the feeds work."""
        return sum(n for why, n in self.set_aside().items() if why not in EXPECTED_REASONS)

    def save(self) -> None:
        """Write the report beside the tables."""
        self.bytes = self._bytes()
        self.sha256 = self._digests()
        write_sealed(self.folder / REPORT_FILE, self.content())

    def content(self) -> dict[str, Any]:
        """What is saved of the report: all but its folder and what only a build needs."""
        left = ("folder", "replaced", "renamed", "work")
        return {name: _plain(value) for name, value in vars(self).items() if name not in left}

    @classmethod
    def load(cls, folder: Path) -> StoreReport:
        """Read the report of a store built before."""
        try:
            return cls.of_content(folder, read_sealed(folder / REPORT_FILE))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "there is no finished claim store in this folder, or another version made it",
                place=Place(file=str(folder)),
                action="build it with: vbc run",
                code="VBC-120",
            ) from error

    @classmethod
    def of_content(cls, folder: Path, content: dict[str, Any]) -> StoreReport:
        """The report that :meth:`content` says."""
        years = {int(year): name for year, name in content["enrollment_sources"].items()}
        return cls(
            folder=folder,
            buckets=content["buckets"],
            inputs_key=content["inputs_key"],
            tables=content["tables"],
            rows=content["rows"],
            bytes=content["bytes"],
            sha256=content["sha256"],
            waterfall=[FileRows(**entry) for entry in content["waterfall"]],
            control_totals=[ControlTotal(**entry) for entry in content["control_totals"]],
            gaps=[Gap(**entry) for entry in content["gaps"]],
            findings=[Finding(**entry) for entry in content["findings"]],
            alignment_years=content["alignment_years"],
            enrollment_sources=years,
            deliveries=[Received(**entry) for entry in content["deliveries"]],
            assignment_reports=[HeldReport(**entry) for entry in content["assignment_reports"]],
            organizations=content["organizations"],
            months=content["months"],
        )


def _plain(value: Any) -> Any:
    """A value of the report as JSON has it, a copy."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return _plain(vars(value)) if is_dataclass(value) else value


def claim_store_folder(folder: Path) -> Path:
    """Make the folder of a claim store, or take one that is ours or holds nothing of its names."""
    return claim(folder, "claim store", (*TABLES, REPORT_FILE, TAKEN, DERIVED, BOOK))
