"""What building a store found: the waterfall of rows, control totals, gaps, sources.

Rows in = rows used + rows set aside with a reason, file by file. Nothing here names a person.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place

REPORT_FILE = "report.json"
EXPECTED_REASONS = (
    "the same record in a later delivery",
    "replaced by a later delivery",
    "Part D event replaced by a later one",
    "Part D event deleted",
    "Medicare Advantage encounter (claim type 61)",
    "restated by another assignment report, which governs the year",
)
"""Rows set aside because that is how the feeds work, not because something is wrong."""


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
    tables: dict[str, str] = field(default_factory=dict)
    """Glob path of each table's Parquet files."""
    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    """Size of each table's files when they were written."""
    waterfall: list[FileRows] = field(default_factory=list)
    control_totals: list[ControlTotal] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
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

    def parts(self, table: str) -> list[Path]:
        """The Parquet files of a table, in bucket order."""
        return sorted((self.folder / table).glob("*.parquet"))

    @property
    def is_whole(self) -> bool:
        """Whether every table's files are there in full."""
        return self.bytes == self._bytes()

    def _bytes(self) -> dict[str, int]:
        return {t: sum(part.stat().st_size for part in self.parts(t)) for t in self.tables}

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
        content = asdict(self)
        del content["folder"], content["replaced"]
        path = self.folder / REPORT_FILE
        path.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> StoreReport:
        """Read the report of a store built before."""
        path = folder / REPORT_FILE
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls._of(folder, content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "there is no finished claim store in this folder, or another version made it",
                place=Place(file=str(folder)),
                action="build it with: vbc run",
                code="VBC-120",
            ) from error

    @classmethod
    def _of(cls, folder: Path, content: dict[str, Any]) -> StoreReport:
        years = {int(year): name for year, name in content["enrollment_sources"].items()}
        tables = {name: str(folder / name / "*.parquet") for name in content["tables"]}
        return cls(
            folder=folder,
            buckets=content["buckets"],
            inputs_key=content["inputs_key"],
            tables=tables,
            rows=content["rows"],
            bytes=content["bytes"],
            waterfall=[FileRows(**entry) for entry in content["waterfall"]],
            control_totals=[ControlTotal(**entry) for entry in content["control_totals"]],
            gaps=[Gap(**entry) for entry in content["gaps"]],
            findings=[Finding(**entry) for entry in content["findings"]],
            enrollment_sources=years,
            deliveries=[Received(**entry) for entry in content["deliveries"]],
            assignment_reports=[HeldReport(**entry) for entry in content["assignment_reports"]],
            organizations=content["organizations"],
            months=content["months"],
        )
