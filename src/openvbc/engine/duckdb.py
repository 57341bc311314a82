"""DuckDB, the embedded default: one process, one machine, files in place.

Only what every DuckDB from 1.4 to 2 has is used: DDL, COPY, CREATE TABLE AS, and results fetched
whole. A few macros give the names of date functions that Spark has natively.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from openvbc.engine.base import Engine, failed
from openvbc.engine.instances import Instance
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import identifier, literal, parquet_scan
from openvbc.engine.renamed import renamed, with_names
from openvbc.engine.scratch import Scratch
from openvbc.engine.table import SmallTable, Value, as_text
from openvbc.errors import EngineError

PRELUDE = (
    "create or replace macro date_add(d, n) as cast(d + cast(n as integer) as date)",
    "create or replace macro add_months(d, n) as cast(d + to_months(cast(n as integer)) as date)",
    "create or replace macro datediff(a, b) as cast(cast(a as date) - cast(b as date) as integer)",
)
"""Spark's date functions by their Spark names."""

LONG = 1000
"""Rows of a small table from which on it is given to DuckDB as Arrow columns."""


def library_version() -> str:
    """Version of the DuckDB library, without starting it."""
    import duckdb

    return str(duckdb.__version__)


class DuckDBEngine(Engine):
    """DuckDB in memory; offline: it never fetches an extension.

    What does not fit into memory goes into a scratch folder below `scratch`, which only its owner
    can read and which goes with the engine. Without one nothing is ever written to disk. One that
    lives on while files are written anew must not keep what it read of them: `cache_files`.
    """

    name = "duckdb"
    by_bucket = True

    def __init__(
        self,
        threads: int | None = None,
        memory_limit: str | None = None,
        scratch: Path | None = None,
        *,
        cache_files: bool = True,
    ) -> None:
        import duckdb

        self._scratch = Scratch(scratch) if scratch else None
        folder = str(self._scratch.folder) if self._scratch else ""
        self._version = library_version()
        try:
            self._instance = Instance(threads, memory_limit, folder, cache_files)
        except duckdb.Error as error:
            self._give_back()
            raise EngineError(
                f"DuckDB does not start: {str(error).strip()}",
                rule="threads is a number from 1, memory_limit for example 4GB",
                code="VBC-407",
            ) from None
        self._connection = self._instance.connection
        self._kinds: dict[str, str] = {}
        self._waiting: dict[str, SmallTable] = {}
        self._made_of: dict[str, object] = {}
        """What registered tables were made of; from the same they are not made again."""
        for macro in PRELUDE:
            self._connection.execute(macro)

    @property
    def version(self) -> str:
        """Version of the DuckDB library."""
        return self._version

    def register(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make a view over Parquet files; a folder stands for the part files in it."""
        paths = [path] if isinstance(path, Path) else list(path)
        files = [file for each in paths for file in _files(each)]
        names = renamed(paths)
        select = with_names(f"select * from {parquet_scan(files)}", names)
        made_of = (select, _stamps([*files, *(file for each in names.values() for file in each)]))
        if self._made_of.get(name) != made_of:
            self._become(name, "view", select)
            self._made_of[name] = made_of

    def register_people(self, name: str, paths: Sequence[Path], people: Sequence[str]) -> None:
        """Hold the rows of some people in memory, found by `person_id` before they are renamed.

        A condition on the names that rows are read by would read every file whole; rows are sorted
        by person, so one on the names they stand under reads a few groups of them.
        """
        names = renamed(paths)
        wanted = ", ".join(map(literal, people))
        stand = list(people)
        if files := names.get("person_id"):
            query = f"select stands from {parquet_scan(files)} where means in ({wanted})"
            stand += [str(row[0]) for row in self._fetch(query, name)]
        under = ", ".join(map(literal, stand))
        scan = parquet_scan(file for each in paths for file in _files(each))
        select = with_names(f"select * from {scan} where person_id in ({under})", names)
        self._become(name, "table", f"select * from ({select}) where person_id in ({wanted})")

    def register_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
    ) -> None:
        """Make a table in memory: one list of texts a column, never a file, never an INSERT."""
        texts = [tuple(as_text(value) for value in row) for row in rows]
        lists = [list(column) for column in zip(*texts, strict=True)] or [[] for _ in columns]
        casts = _casts(columns)
        given = ", ".join(
            f"unnest(cast(${n} as varchar[])) as {identifier(c)}" for n, c in enumerate(columns, 1)
        )
        self._become(name, "table", f"select {casts} from (select {given})", lists)

    def register_small(self, table: SmallTable) -> None:
        """Make a :class:`SmallTable` readable; it is made when a statement names it.

        Where every step is kept no statement does. A long one keeps its columns for the next run.
        """
        if table.name in self._kinds:  # a view may stand on it
            self._make_small(table)
        else:
            self._waiting[table.name] = table

    def _make_waiting(self, sql: str) -> None:
        """Make the small tables that the statement names."""
        for name in [name for name in self._waiting if name in sql]:
            if table := self._waiting.pop(name, None):
                self._make_small(table)

    def _make_small(self, table: SmallTable) -> None:
        if len(table.rows) >= LONG:
            self._make_long(table)
        elif self._made_of.get(table.name) != table.key:
            super().register_small(table)
            self._made_of[table.name] = table.key

    def _make_long(self, table: SmallTable) -> None:
        self._connection.register("given column", table.arrow)
        try:
            select = f"select {_casts(table.columns)} from {identifier('given column')}"
            self._become(table.name, "table", select)
        finally:
            self._connection.unregister("given column")

    def define(self, name: str, sql: str, *, held: bool = False) -> None:
        """Make a view of a SELECT; held: a table in memory, which may spill like any other.

        The rows of a held table are in no order, which spares threads from waiting for each other;
        what a step makes of them is sorted when it is written.
        """
        if not held:
            self._become(name, "view", f"(\n{sql}\n)")
            return
        self._connection.execute("set preserve_insertion_order = false")
        try:
            self._become(name, "table", f"(\n{sql}\n)")
        finally:
            self._connection.execute("set preserve_insertion_order = true")

    def lend(self, name: str, rows: Any) -> None:
        """Make an Arrow table readable where it lies until it is dropped."""
        self.drop(name)
        self._connection.register(name, rows)
        self._kinds[name] = "lent"

    def column_types(self, name: str) -> dict[str, str]:
        """Columns of a registered table with their SQL types."""
        told = self._fetch(f"describe {identifier(name)}", name)
        return {str(row[0]): str(row[1]) for row in told}

    def materialise(self, sql: str, path: Path) -> int:
        """Write the sorted result of a SELECT to one Parquet file; return its row count."""
        copy = (
            f"copy (\nselect * from (\n{sql}\n) order by all nulls last\n) "
            f"to {literal(path.absolute())} (format parquet, compression zstd)"
        )
        count = int(self._fetch(copy, sql)[0][0])
        only_for_owner(path)
        return count

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result, by column name."""
        self._make_waiting(sql)
        try:
            result = self._connection.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except Exception as error:
            raise failed("a query", sql, error) from error

    def drop(self, name: str) -> None:
        """Forget a registered table."""
        self._waiting.pop(name, None)
        self._made_of.pop(name, None)
        kind = self._kinds.pop(name, None)
        if kind == "lent":
            self._connection.unregister(name)
        elif kind:
            self._connection.execute(f"drop {kind} {identifier(name)}")

    def drop_all(self) -> None:
        """Forget every registered table."""
        self._waiting.clear()
        for name in list(self._kinds):
            self.drop(name)

    def close(self) -> None:
        """Close the connection and remove the scratch folder."""
        self._instance.close(again=True)
        self._give_back()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What was interrupted may still be at work.
        self._instance.close(again=error is None or isinstance(error, Exception))
        self._give_back()

    def _give_back(self) -> None:
        if self._scratch:
            self._scratch.close()

    def _become(
        self, name: str, kind: str, select: str, given: Sequence[Sequence[str | None]] = ()
    ) -> None:
        self._waiting.pop(name, None)
        self._made_of.pop(name, None)
        if self._kinds.get(name, kind) != kind:
            self.drop(name)
        sql = f"create or replace {kind} {identifier(name)} as {select}"
        self._fetch(sql, f"table {name}: {select}", given)
        self._kinds[name] = kind

    def _fetch(
        self, sql: str, shown: str, given: Sequence[Sequence[str | None]] = ()
    ) -> list[tuple[Any, ...]]:
        self._make_waiting(sql)
        try:
            rows: list[tuple[Any, ...]] = self._connection.execute(sql, list(given)).fetchall()
        except Exception as error:
            raise failed("a query", shown, error) from error
        return rows


def _casts(columns: Mapping[str, str]) -> str:
    """Columns of text as their types."""
    return ", ".join(
        f"cast({identifier(c)} as {kind}) as {identifier(c)}" for c, kind in columns.items()
    )


def _stamps(files: Sequence[Path]) -> list[tuple[int, int, int]]:
    """What tells that a file was written anew: a view keeps the columns that it was made with."""
    stats = [file.stat() for file in files]
    return [(each.st_ino, each.st_size, each.st_mtime_ns) for each in stats]


def _files(path: Path) -> list[Path]:
    """A folder stands for the part files in it and below, whatever their names look like."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix == ".parquet")
