"""Rows on their way into the clinical store: a Parquet file a table, not yet split by person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openvbc.claims.arrow_columns import pyarrow
from openvbc.clinical.code_systems import code_system
from openvbc.clinical.identity import Described
from openvbc.clinical.model import EVENTS, PERSON, TABLES
from openvbc.engine.private_files import only_for_owner

BATCH = 100_000

_ARROW = {
    "string": "string", "boolean": "bool", "int": "int32", "bigint": "int64", "date": "date32",
    "decimal(18,6)": "float64",
}  # fmt: skip
STAGED: dict[str, dict[str, str]] = {
    **{
        name: {"patient_number": "int32"}
        | {c.name: _ARROW[c.type] for c in TABLES[name].columns if c is not PERSON}
        for name in (*EVENTS, "component", "coding")
    },
    "medication_named": {
        "patient_number": "int32", "event_id": "int64", "practice": "string", "name": "string",
    },
    "medication_definition": {"practice": "string", "name": "string", "concept_id": "int32"},
}  # fmt: skip
"""Columns of each staged table and their Arrow types: those of the store, with no person yet."""
STAGED["condition"].update(onset_age="int32", abatement_age="int32")

_KINDS: dict[str, tuple[type, int]] = {
    "string": (str, 0), "bool": (bool, 0), "float64": (float, 10**12), "int32": (int, 1 << 31),
    "int64": (int, 1 << 63), "date32": (int, 2_932_897),
}  # fmt: skip
"""The Python type of a column's values, and what they stay below: days end with the year 9999,
quantities where `decimal(18,6)` does."""
_HELD = {name: [_KINDS[kind] for kind in columns.values()] for name, columns in STAGED.items()}


class Staged:
    """What is read, written to files table by table; patients and codes stay in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.patients: dict[tuple[str, str], int] = {}
        """(practice, patient) to a number; a reference may come before its Patient."""
        self.described: dict[int, Described] = {}
        self.given_twice = 0
        self.two_people: set[int] = set()
        """Numbers under which one practice told of two different people."""
        """Patients whose identifier is given twice in one practice."""
        self.concepts: dict[tuple[str | None, str], int] = {}
        self.file = ""
        self.before = 0
        """Records of the files before this one."""
        self.line = 0
        self.more: dict[str, list[Path]] = {name: [] for name in STAGED}
        """Files of rows that were staged as a set."""
        self._record: list[tuple[str, tuple[Any, ...]]] = []
        """Rows of the record being read: one that fails in its codes leaves none behind."""
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in STAGED}
        self._writers: dict[str, Any] = {}

    def patient_number(self, practice: str, identifier: str) -> int:
        """The number of a patient of a practice."""
        return self.patients.setdefault((practice, identifier), len(self.patients))

    def patient(self, said: Described) -> None:
        """Keep a patient; of two resources with one identifier the later one holds."""
        number = self.patient_number(said.practice, said.identifier)
        known = self.described.get(number)
        if known is not None:
            self.given_twice += 1
            if said.is_another_than(known):
                self.two_people.add(number)
        self.described[number] = said

    def set_two_people_aside(self) -> int:
        """Leave out whoever shares an identifier with another in one practice; how many."""
        for number in self.two_people:
            del self.described[number]
        self.given_twice -= len(self.two_people)
        return len(self.two_people)

    def next_event(self) -> int:
        """The number of the record that is read: its place among all of them."""
        return self.before + self.line

    def concept(self, system: Any, code: str) -> int:
        """The number of a code."""
        key = (code_system(None if system is None else str(system)), code)
        return self.concepts.setdefault(key, len(self.concepts) + 1)

    def begin(self) -> None:
        """Begin a record; what one before it did not keep is gone."""
        self._record.clear()

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        """Take one row of the record; it is staged once the record is kept.

        Raises:
            ValueError: a value is of another kind than its column, or beyond it.
        """
        for value, (kind, bound) in zip(row, _HELD[table], strict=True):
            if value is None:
                continue
            beyond = bound and not -bound <= value < bound
            if type(value) is not kind or beyond:
                raise ValueError("not what this element holds in FHIR R4")
        self._record.append((table, row))

    def keep(self) -> None:
        """Stage the rows of the record, which is read whole."""
        for table, row in self._record:
            rows = self._rows[table]
            rows.append(row)
            if len(rows) >= BATCH:
                self._write(table)

    def path(self, table: str) -> Path:
        """File of a staged table's rows that are read one by one."""
        return self.folder / f"{table}.parquet"

    def files(self, table: str) -> list[Path]:
        """Every file of a staged table."""
        return [self.path(table), *self.more[table]]

    def close(self) -> None:
        """Write what is left; every table has a file then."""
        for table in STAGED:
            self._write(table)
            self._writers.pop(table).close()
            only_for_owner(self.path(table))

    def _write(self, table: str) -> None:
        pa = pyarrow()
        from pyarrow import parquet

        kinds = STAGED[table]
        types = {name: pa.type_for_alias(kind) for name, kind in kinds.items()}
        rows = self._rows[table]
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
        arrays = [
            pa.array(column, kind) for column, kind in zip(columns, types.values(), strict=True)
        ]
        made = pa.Table.from_arrays(arrays, schema=pa.schema(list(types.items())))
        if table not in self._writers:
            self._writers[table] = parquet.ParquetWriter(
                self.path(table), made.schema, compression="zstd"
            )
        self._writers[table].write_table(made)
        rows.clear()
