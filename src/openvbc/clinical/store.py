"""The clinical store and how it came about: rows of each file, people joined, what is imprecise."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openvbc.claims.report import FileRows
from openvbc.clinical.model import TABLES
from openvbc.engine.own_folder import claim
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.table import Table, table_of
from openvbc.errors import InputError, Place

REPORT_FILE = "report.json"
TYPE_NOT_USED = "resource type not used"


@dataclass
class ClinicalStore:
    """A built store. Nothing here names a person."""

    folder: Path
    buckets: int
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each table."""
    waterfall: list[FileRows] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    """Records read and then not kept, by table and reason."""
    patients: int = 0
    persons: int = 0
    joined_by_identifier: int = 0
    joined_by_name: int = 0
    contradicting_identifiers: int = 0
    patients_given_twice: int = 0
    identifiers_of_two: int = 0
    """Identifiers under which one practice tells of two people; their charts are set aside."""
    imprecise_dates: int = 0
    """Dates known to the month or year only: they count where every day they can be would."""
    times_without_zone: int = 0
    """Taken as UTC."""

    def set_aside(self) -> Counter[str]:
        """Resources set aside by reason, over all files."""
        total: Counter[str] = Counter()
        for entry in self.waterfall:
            total.update(entry.set_aside)
        return total

    @property
    def lost(self) -> int:
        """Resources set aside for what is wrong with them, not because their type is not used."""
        return sum(n for why, n in self.set_aside().items() if not why.startswith(TYPE_NOT_USED))

    def notes(self) -> list[str]:
        """What a reader of a result must know about the data."""
        counts = [
            (self.patients_given_twice, "patients stand twice in a practice; the later one holds"),
            (
                self.identifiers_of_two,
                "identifiers stand for two people of one practice (other birth date, other name); "
                "their charts are set aside",
            ),
            (
                self.contradicting_identifiers,
                "identifiers or names of practices fit more than one patient; they join nobody",
            ),
            (self.imprecise_dates, "dates are known to the month or year only"),
            (self.times_without_zone, "times have no zone and are taken as UTC"),
        ]
        said = [f"{count:,} {what}." for count, what in counts if count]
        joined = self.joined_by_identifier + self.joined_by_name
        if joined:
            said.append(
                f"{joined:,} patients of different practices are joined to one person: "
                f"{self.joined_by_identifier:,} by Medicare identifier and birth date, "
                f"{self.joined_by_name:,} by name, birth date and gender."
            )
        return said + [f"{n:,} records not kept, {why}." for why, n in self.dropped.items()]

    def tables(self, names: tuple[str, ...] | None = None) -> list[Table]:
        """The tables as the engine reads them."""
        return [
            table_of(
                name,
                *sorted((self.folder / name).glob("bucket_*.parquet")),
                bucketed=TABLES[name].bucketed,
            )
            for name in names or tuple(TABLES)
        ]

    def save(self) -> None:
        """Write the report beside the tables."""
        content = asdict(self)
        del content["folder"]
        write_sealed(self.folder / REPORT_FILE, content)

    @classmethod
    def load(cls, folder: Path) -> ClinicalStore:
        """Read the report of a store built before.

        Raises:
            InputError: there is none, or it is damaged.
        """
        try:
            content: dict[str, Any] = read_sealed(folder / REPORT_FILE)
            content["waterfall"] = [FileRows(**entry) for entry in content["waterfall"]]
            return cls(folder, **content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                "there is no finished clinical store in this folder",
                place=Place(str(folder)),
                action="build it with: vbc quality",
                code="VBC-1903",
            ) from error


def clinical_store_folder(folder: Path) -> Path:
    """Make the folder of a clinical store, or take one that is ours or holds none of its names."""
    return claim(folder, "clinical store", (*TABLES, REPORT_FILE))
