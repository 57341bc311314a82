"""The rows of CCLF8 that say something new, kept bucket by bucket.

A delivery names everybody again; all but a few rows repeat the delivery before. What is left of the
deliveries held is kept beside the store, so that newer ones are only added to it. Where a delivery
comes late, or goes, all rows are gone through again.
"""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.empty_file import write_empty
from openvbc.claims.staged_rows import StagedRows
from openvbc.claims.store_tables import sql_of
from openvbc.claims.taken import WHO
from openvbc.engine.base import Engine
from openvbc.engine.digests import file_digest
from openvbc.engine.private_files import private_folder
from openvbc.engine.quoting import parquet_scan
from openvbc.engine.sealed import read_sealed, write_sealed

NAME = "demographics"


class Demographics:
    """What is left of the staged demographics of each bucket."""

    def __init__(self, engine: Engine, staged: StagedRows, program: str) -> None:
        self._engine, self._staged, self._program = engine, staged, program
        self._folder = private_folder(staged.taken.folder / WHO)

    def make(self, bucket: int) -> Path:
        """The file of the rows of a bucket, made anew where it must be."""
        path = self._folder / f"{NAME}_{bucket:03d}.parquet"
        record = path.with_suffix(".json")
        pieces = self._staged.pieces(NAME, bucket)
        made_of = [list(piece[:2]) for piece in pieces]
        held = self._held(path, record)
        if held == made_of:
            return path
        new = held is not None and made_of[: len(held)] == held and len(held) > 0
        sources = [sql for *_, sql in (pieces[len(held or ()) :] if new else pieces)]
        if new:
            sources.insert(0, f"select * from {parquet_scan([path])}")
        record.unlink(missing_ok=True)
        if sources:
            self._write("\nunion all\n".join(sources), path)
        else:
            none = self._staged.select(NAME, bucket)
            write_empty(NAME, path, lambda path: self._write(none, path))
        content = {"program": self._program, "made_of": made_of, "sha256": file_digest([path])}
        write_sealed(record, content)
        return path

    def _write(self, rows: str, path: Path) -> None:
        self._engine.rows(f"create or replace table demographics_rows as {rows}")
        self._engine.materialise(sql_of(NAME), path)

    def _held(self, path: Path, record: Path) -> list[list[object]] | None:
        """Deliveries of which the file has what is left, if it is whole: rank and content."""
        try:
            known = read_sealed(record)
            if known["program"] != self._program or known["sha256"] != file_digest([path]):
                return None
            return [[int(rank), str(content)] for rank, content in known["made_of"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
