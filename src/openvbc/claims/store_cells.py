"""The cells of the store: made from staged rows, or as they are where nothing of them changed.

A cell's record, below ``taken/cells``, says what it was made from and what came out; it is written
last. A cell whose sources are the same and whose files are what was written is not made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_files import write_batches
from openvbc.claims.buckets import bucket_of
from openvbc.claims.cell_making import CellMaking
from openvbc.claims.cells import (
    APART,
    CLAIM_TABLES,
    cell_numbers,
    cut_of,
    in_periods,
    wandering,
)
from openvbc.claims.code_book import CodeBook
from openvbc.claims.empty_file import write_empty
from openvbc.claims.sorted_file import SortedFile
from openvbc.claims.staged_claims import Rank, StagedClaims, spans_of
from openvbc.claims.staged_rows import StagedRows
from openvbc.claims.staging import staged_schema
from openvbc.claims.taken import CELLS
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import private_folder
from openvbc.engine.quoting import parquet_scan
from openvbc.engine.renamed import PREFIX
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.table import SmallTable

RECORD, PEOPLE = "record.json", "people.parquet"


@dataclass(frozen=True)
class CellPlace:
    """Which cell: its bucket, its name in time, and the quarters whose rows it is made of."""

    bucket: int
    period: str
    quarters: tuple[int, ...]
    is_last: bool
    """It takes in what the other cells of the bucket put apart."""

    @property
    def name(self) -> str:
        """As its folder is named."""
        return f"{self.bucket:03d}_{self.period}"

    def file(self, table: str) -> Path:
        """Where its rows of a table lie, from the folder of the store."""
        return Path(table) / f"bucket_{self.bucket:03d}" / f"{self.period}.parquet"


@dataclass
class Cell:
    """What is in a cell, as its record has it."""

    key: str
    sha256: dict[str, str] = field(default_factory=dict)
    """Digests of the files it was made into, by their place in the store."""
    rows: dict[str, int] = field(default_factory=dict)
    dropped: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Rows not kept: table, file, reason, how many."""
    codes: dict[str, int] = field(default_factory=dict)
    odd: list[tuple[str, str, int]] = field(default_factory=list)
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    """Claims and lines by year of service."""


class Cells:
    """Makes the cells of a store, one after the other."""

    def __init__(
        self,
        engine: DuckDBEngine,
        staged: StagedRows,
        store: Path,
        program: str,
        renamed: dict[str, str],
    ) -> None:
        """`renamed` has the current identifier of each first one that was replaced."""
        self._engine, self._staged, self._store = engine, staged, store
        self._program = program
        self._codes = CodeBook(engine)
        self._folder = private_folder(staged.taken.folder / CELLS)
        self.made: list[str] = []
        self.kept: list[str] = []
        self.names: set[str] = set()
        self._renamed: dict[int, list[tuple[str, str]]] = {}
        for names in sorted(renamed.items()):
            self._renamed.setdefault(bucket_of(names[0], staged.buckets), []).append(names)

    def of_bucket(self, bucket: int) -> list[Cell]:
        """Every cell of a bucket, made anew where it must be."""
        groups = self._staged.taken.groups(bucket)
        cut = cut_of(len(groups))
        groups = in_periods(groups, cut)
        moved = wandering(groups)
        rows = np.isin(groups["claim"], moved)
        cells, claims = groups["cell"][rows], groups["claim"][rows]
        bucket_cells: list[Cell] = []
        keys = [repr(self._renamed.get(bucket))]
        quarters = np.array(self._staged.quarters(bucket), dtype=np.int64)
        periods = cut.periods(quarters)
        for period in (*np.unique(periods[periods != APART]).tolist(), APART):
            number = int(cell_numbers(np.array([bucket]), np.array([period]))[0])
            away = np.unique(claims[cells == number])
            of_it = tuple(quarters[periods == period].tolist())
            place = CellPlace(bucket, cut.period_name(period), of_it, period == APART)
            key = self._key(place, away, keys if place.is_last else [])
            cell = self._cell(place, key, away, bucket_cells)
            keys.append(cell.key)
            bucket_cells.append(cell)
        return bucket_cells

    def _key(self, place: CellPlace, away: NDArray[np.int64], more: list[str]) -> str:
        sources = self._staged.sources(place.bucket, place.quarters)
        of_it = map(str, place.quarters)
        parts = [self._program, *of_it, *sources, "away", away.tobytes().hex(), "more", *more]
        if place.is_last:  # of any file rows may have been put apart
            every = sorted(self._staged.taken.held, key=lambda held: (held.rank, held.content))
            parts += [held.content for held in every]
        return sha256("|".join(parts).encode()).hexdigest()

    def _cell(
        self, place: CellPlace, key: str, away: NDArray[np.int64], before: Iterable[Cell]
    ) -> Cell:
        """A cell, made anew if it must be; `before` are those of the bucket that come before it."""
        self.names.add(place.name)
        folder = self._folder / place.name
        if known := self._known(folder, key):
            self.kept.append(place.name)
            return known
        self.made.append(place.name)
        remove(folder)
        private_folder(folder)
        cell = Cell(key)
        self._make(cell, place, away)
        if place.is_last:
            self._write_empty(cell, place, before)
            self._write_names(cell, place.bucket)
        files = [path for path in folder.iterdir() if path.is_file()]
        cell.sha256 |= {str(p.relative_to(self._store)): file_digest([p]) for p in files}
        write_sealed(folder / RECORD, vars(cell))
        return cell

    def _known(self, folder: Path, key: str) -> Cell | None:
        try:
            cell = Cell(**read_sealed(folder / RECORD))
            whole = cell.key == key and all(
                file_digest([self._store / name]) == digest for name, digest in cell.sha256.items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return cell if whole else None

    def _make(self, cell: Cell, place: CellPlace, away: NDArray[np.int64]) -> None:
        """Write the tables of the cell; claims that belong apart are put there."""
        folder = self._folder / place.name
        claims = self._staged_claims(place, away)
        paths = {each.table: self._store / place.file(each.table) for each in claims}
        making = CellMaking(self._engine, self._codes, paths)
        for people in spans_of(claims):
            making.add({each.table: each.of(people) for each in claims})
        for each in claims:
            if each.put_apart:
                write_batches(folder / _away(each.table), staged_schema(each.table), each.put_apart)
        cell.rows = making.close(folder / PEOPLE)
        for table in cell.rows:
            cell.sha256[str(place.file(table))] = file_digest([paths[table]])
        for table, dropped in making.dropped.items():
            cell.dropped += [(table, *where, n) for where, n in sorted(dropped.items())]
        counts = making.counts
        cell.codes = dict(counts.codes)
        cell.odd = [(*which, n) for which, n in counts.odd.items() if n]
        cell.months = {name: dict(sorted(months.items())) for name, months in counts.months.items()}
        cell.years = {str(year): n for year, n in sorted(counts.years.items())}

    def _staged_claims(self, place: CellPlace, away: NDArray[np.int64]) -> list[StagedClaims]:
        """The staged rows of the cell, by table."""
        claims: list[StagedClaims] = []
        for table in CLAIM_TABLES:
            files: list[tuple[Rank, Path]] = []
            files += self._staged.claims(table, place.bucket, place.quarters)
            if place.is_last:
                files += self._those_moved(place.bucket, table)
            if files:
                claims.append(StagedClaims(table, files, None if place.is_last else away))
        return claims

    def _those_moved(self, bucket: int, table: str) -> list[tuple[Rank, Path]]:
        """The files of the rows that were put apart by the other cells of the bucket."""
        names = sorted(name for name in self.names if name.startswith(f"{bucket:03d}_"))
        paths = [self._folder / name / _away(table) for name in names]
        ranks = {held.name: held.rank for held in self._staged.taken.held if held.rank}
        return [(ranks, path) for path in paths if path.exists()]

    def _write_empty(self, cell: Cell, place: CellPlace, others: Iterable[Cell]) -> None:
        """A file without rows for each table of which the bucket has none: columns are known."""
        written = {table for each in (cell, *others) for table in each.rows}
        for table in CLAIM_TABLES:
            if table not in written:
                path = self._store / place.file(table)
                private_folder(path.parent)
                write_empty(table, path, partial(_without_rows, table))
                cell.sha256[str(place.file(table))] = file_digest([path])

    def _write_names(self, cell: Cell, bucket: int) -> None:
        """By which identifier people of the bucket are read who have another than their first."""
        if bucket not in self._renamed:
            return
        columns = {"stands": "string", "means": "string"}
        self._engine.register_small(SmallTable("names", columns, self._renamed[bucket]))
        for table in CLAIM_TABLES:
            path = self._store / table / f"bucket_{bucket:03d}" / f"{PREFIX}person_id"
            self._engine.materialise("select stands, means from names", path)
            cell.sha256[str(path.relative_to(self._store))] = file_digest([path])

    def people_files(self, bucket: int) -> list[Path]:
        """The files of the people who have claims in the cells of a bucket."""
        names = sorted(name for name in self.names if name.startswith(f"{bucket:03d}_"))
        paths = [self._folder / name / PEOPLE for name in names]
        return [path for path in paths if path.exists()]

    def people(self, bucket: int) -> str:
        """SQL of the people who have claims in the cells of a bucket, and in which table."""
        if files := self.people_files(bucket):
            return f"select * from {parquet_scan(files)}"
        return "select cast(null as varchar) as person_id, null as source_table where false"

    def remove_others(self, cells: list[Cell]) -> None:
        """Remove what belongs to no cell of this store."""
        files = {name for cell in cells for name in cell.sha256}
        for table in CLAIM_TABLES:
            for folder in (self._store / table).iterdir():
                for path in folder.iterdir() if folder.is_dir() else [folder]:
                    if str(path.relative_to(self._store)) not in files:
                        remove(path)
        for folder in self._folder.iterdir():
            if folder.name not in self.names:
                remove(folder)


def _without_rows(table: str, path: Path) -> None:
    SortedFile(table, path).close()


def _away(table: str) -> str:
    """Name of the file of a cell's rows that belong apart."""
    return f"away_{table}.arrow"
