"""Taking the plain lines of a large NDJSON file as a set, a piece of the file at a time.

What a piece holds beyond plain lines is given back, to be read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.clinical.plain_form import Shape, is_resource, plain_shape
from openvbc.clinical.plain_sql import (
    CODINGS,
    CONCEPTS,
    MACROS,
    NOT_PLAIN,
    PATIENTS,
    RECORDS,
    SHAPES,
    staged_rows,
)
from openvbc.clinical.staging import STAGED, Staged
from openvbc.engine.base import Engine
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import identifier, literal
from openvbc.errors import EngineError

Lines = Sequence[tuple[int, bytes]]
"""Lines of a file with their numbers."""
ROW_GROUP = 20_000


@dataclass
class Taken:
    """What became of a piece."""

    used: int = 0
    not_used: Counter[str] = field(default_factory=Counter)
    """Lines of resource types that are not read, by type."""
    left: Lines = ()
    """Lines to be read one by one."""


class PlainLines:
    """Takes plain lines into staged tables.

    Args:
        engine: what runs the SQL.
        staged: numbers patients and codes, and is told of the files written.
        read: resource types that are read at all.
    """

    def __init__(self, engine: Engine, staged: Staged, read: Iterable[str]) -> None:
        self._engine = engine
        self._staged = staged
        self._read = frozenset(read)
        self._judged: dict[tuple[str, str], Shape | None] = {}
        self._pieces = 0
        for macro in MACROS:
            engine.rows(macro)

    def take(self, lines: Lines, practice: str) -> Taken:
        """Take the plain lines of a piece of a practice's file."""
        piece = self._piece(lines)
        if piece is None:
            return Taken(left=lines)
        taken = Taken()
        try:
            self._engine.register("lines", piece)
            self._engine.rows(SHAPES)
            gone = self._judge(taken)
            self._engine.rows(RECORDS)
            self._engine.rows(NOT_PLAIN)
            self._number(practice)
        except EngineError:  # its text would show what stands in a line
            return Taken(left=lines)
        for table, select in staged_rows(self._staged.before, practice).items():
            self._write(table, select)
        found = self._engine.rows("select line from record")
        taken.used = len(found)
        gone |= {row["line"] for row in found}
        taken.left = [each for each in lines if each[0] not in gone]
        piece.unlink()
        return taken

    def _piece(self, lines: Lines) -> Path | None:
        """The lines as a file the engine reads; None where they are not all UTF-8."""
        pa = pyarrow()
        from pyarrow import parquet

        try:
            bodies = pa.array([body for _, body in lines], pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            return None
        numbers = pa.array([number for number, _ in lines], pa.int64())
        path = self._staged.folder / "piece.parquet"
        parquet.write_table(
            pa.table({"line": numbers, "body": bodies}),
            path,
            compression="lz4",
            use_dictionary=False,
            row_group_size=ROW_GROUP,
        )
        only_for_owner(path)
        return path

    def _judge(self, taken: Taken) -> set[int]:
        """Tell the engine the plain shapes; give back the lines of types that are not read."""
        found = self._engine.rows(
            "select distinct kind, shape from shaped where kind is not null order by kind, shape"
        )
        for row in found:
            key = (row["kind"], row["shape"])
            if key not in self._judged:
                self._judged[key] = plain_shape(*key)
        plain = [
            (*key, str(shape.names), shape.value_kind)
            for key in ((row["kind"], row["shape"]) for row in found)
            if (shape := self._judged[key])
        ]
        self._engine.register_rows(
            "plain",
            {"kind": "varchar", "shape": "varchar", "names": "int", "value_kind": "varchar"},
            plain,
        )
        unread = [
            (row["kind"], row["shape"])
            for row in found
            if row["kind"] not in self._read and is_resource(row["shape"])
        ]
        self._engine.register_rows("unread", {"kind": "varchar", "shape": "varchar"}, unread)
        lines = self._engine.rows(
            "select s.line, s.kind from shaped s "
            "join unread u on u.kind = s.kind and u.shape = s.shape"
        )
        taken.not_used = Counter(row["kind"] for row in lines)
        return {row["line"] for row in lines}

    def _number(self, practice: str) -> None:
        """Give patients and codes of the piece their numbers."""
        staged, engine = self._staged, self._engine
        patients = [row["patient"] for row in engine.rows(PATIENTS)]
        engine.register_rows(
            "numbered",
            {"patient": "varchar", "number": "int"},
            [(each, str(staged.patient_number(practice, each))) for each in patients],
        )
        engine.rows(CODINGS)
        concepts = [(row["system"], row["code"]) for row in engine.rows(CONCEPTS)]
        engine.register_rows(
            "known_concept",
            {"system": "varchar", "code": "varchar", "concept_id": "int"},
            [(system, code, str(staged.concept(system, code))) for system, code in concepts],
        )

    def _write(self, table: str, select: str) -> None:
        self._pieces += 1
        path = self._staged.folder / f"{table}_{self._pieces}.parquet"
        names = ", ".join(identifier(name) for name in STAGED[table])
        self._engine.rows(
            f"copy (with found({names}) as ({select}) select * from found) "
            f"to {literal(path.absolute())} (format parquet, compression snappy)"
        )
        only_for_owner(path)
        self._staged.more[table].append(path)
