"""Taking the plain lines of a large NDJSON file as a set, a piece of the file at a time.

What a piece holds beyond plain lines is given back, to be read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.clinical.plain_form import Shape, is_resource, plain_shape
from openvbc.clinical.plain_sql import (
    CODINGS,
    CONCEPTS,
    LEFT,
    MACROS,
    NOT_PLAIN,
    NOT_USED,
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
class Piece:
    """A piece of a file on its way."""

    number: int
    """Its place among all pieces, from 1."""
    lines: Lines
    problem: str = ""
    """What ended the file too early, after this piece."""
    used: int = 0
    not_used: Counter[str] = field(default_factory=Counter)
    """Lines of resource types that are not read, by type."""
    left: Lines = ()
    """Lines to be read one by one."""


class PlainLines:
    """Takes plain lines into staged tables, one piece at a time.

    A piece is prepared, then numbered, then written. Numbers are given in the order of the file, so
    pieces are numbered in turn; the other two may run beside those of another `PlainLines`.

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
        for macro in MACROS:
            engine.rows(macro)

    def prepare(self, piece: Piece) -> Piece:
        """Find the plain lines of a piece, and which are left."""
        file = self._file(piece) if piece.lines else None
        if file is None:
            piece.left = piece.lines
            return piece
        try:
            self._engine.register("lines", file)
            self._engine.rows(SHAPES)
            piece.not_used = self._judge()
            self._engine.rows(RECORDS)
            self._engine.rows(NOT_PLAIN)
            left = {row["line"] for row in self._engine.rows(LEFT)}
        except EngineError:  # its text would show what stands in a line
            piece.left, piece.not_used = piece.lines, Counter()
            return piece
        piece.left = [each for each in piece.lines if each[0] in left]
        piece.used = len(piece.lines) - len(left) - piece.not_used.total()
        file.unlink()
        return piece

    def number(self, piece: Piece, practice: str) -> dict[Path, str]:
        """Give patients and codes of a piece their numbers; the files to be written of it."""
        if not piece.used:
            return {}
        try:
            self._number(practice)
        except EngineError:  # its text would show what stands in a line
            piece.used, piece.left, piece.not_used = 0, piece.lines, Counter()
            return {}
        files = {}
        for table, select in staged_rows(self._staged.before, practice).items():
            path = self._staged.folder / f"{table}_{piece.number}.parquet"
            self._staged.more[table].append(path)
            names = ", ".join(identifier(name) for name in STAGED[table])
            files[path] = f"with found({names}) as ({select}) select * from found"
        return files

    def write(self, files: Mapping[Path, str]) -> None:
        """Write the files of a piece that has its numbers."""
        for path, select in files.items():
            self._engine.rows(
                f"copy ({select}) to {literal(path.absolute())} "
                "(format parquet, compression snappy)"
            )
            only_for_owner(path)

    def _file(self, piece: Piece) -> Path | None:
        """The lines as a file the engine reads; None where they are not all UTF-8."""
        pa = pyarrow()
        from pyarrow import parquet

        try:
            bodies = pa.array([body for _, body in piece.lines], pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            return None
        numbers = pa.array([number for number, _ in piece.lines], pa.int64())
        path = self._staged.folder / f"piece_{piece.number}.parquet"
        parquet.write_table(
            pa.table({"line": numbers, "body": bodies}),
            path,
            compression="lz4",
            use_dictionary=False,
            row_group_size=ROW_GROUP,
        )
        only_for_owner(path)
        return path

    def _judge(self) -> Counter[str]:
        """Tell the engine the plain shapes; count the lines of types that are not read."""
        shapes = self._engine.rows(
            "select distinct kind, shape from shaped where kind is not null order by kind, shape"
        )
        for row in shapes:
            key = (row["kind"], row["shape"])
            if key not in self._judged:
                self._judged[key] = plain_shape(*key)
        plain = [
            (*key, str(shape.names), shape.value_kind)
            for key in ((row["kind"], row["shape"]) for row in shapes)
            if (shape := self._judged[key])
        ]
        self._engine.register_rows(
            "plain",
            {"kind": "varchar", "shape": "varchar", "names": "int", "value_kind": "varchar"},
            plain,
        )
        unread = [
            (row["kind"], row["shape"])
            for row in shapes
            if row["kind"] not in self._read and is_resource(row["shape"])
        ]
        self._engine.register_rows("unread", {"kind": "varchar", "shape": "varchar"}, unread)
        self._engine.rows(NOT_USED)
        counted = self._engine.rows("select kind, count(*) as n from not_used group by kind")
        return Counter({row["kind"]: row["n"] for row in counted})

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
