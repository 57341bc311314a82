"""DuckDB, the embedded default: one process, one machine, files in place.

Only what every DuckDB from 1.4 to 2 has is used: DDL, COPY, CREATE TABLE AS, and results fetched
whole. A few macros give the names of date functions that Spark has natively.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine, failed
from openvbc.engine.table import Value, as_text
from openvbc.errors import EngineError

PRELUDE = (
    "create or replace macro date_add(d, n) as cast(d + cast(n as integer) as date)",
    "create or replace macro add_months(d, n) as cast(d + to_months(cast(n as integer)) as date)",
    "create or replace macro datediff(a, b) as cast(cast(a as date) - cast(b as date) as integer)",
)
"""Spark's date functions by their Spark names."""

_NULL = "\\N"


class DuckDBEngine(Engine):
    """DuckDB in memory, spilling to `scratch`; offline: it never fetches an extension."""

    name = "duckdb"
    by_bucket = True

    def __init__(
        self,
        threads: int | None = None,
        memory_limit: str | None = None,
        scratch: Path | None = None,
    ) -> None:
        import duckdb

        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
        if threads is not None:
            settings["threads"] = str(threads)
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        if scratch is not None:
            settings["temp_directory"] = str(scratch)
        self._version: str = duckdb.__version__
        try:
            self._connection = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise EngineError(
                f"DuckDB does not start: {str(error).strip()}",
                rule="threads is a number from 1, memory_limit for example 4GB",
                code="VBC-407",
            ) from None
        self._kinds: dict[str, str] = {}
        for macro in PRELUDE:
            self._connection.execute(macro)

    @property
    def version(self) -> str:
        """Version of the DuckDB library."""
        return self._version

    def register(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make a view over Parquet files; a folder stands for the part files in it."""
        paths = [path] if isinstance(path, Path) else list(path)
        files = ", ".join(_quoted(f"{p}/*.parquet" if p.is_dir() else str(p)) for p in paths)
        self._become(name, "view", f"select * from read_parquet([{files}])")

    def register_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
    ) -> None:
        """Make a table in memory, through a text file: far faster than one INSERT a row."""
        casts = ", ".join(f'cast("{c}" as {kind}) as "{c}"' for c, kind in columns.items())
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(columns)
            for row in rows:
                texts = (as_text(value) for value in row)
                writer.writerow([_NULL if text is None else text for text in texts])
            file.flush()
            named = ", ".join(f"{_quoted(column)}: 'varchar'" for column in columns)
            source = (
                f"read_csv({_quoted(file.name)}, header = true, delim = ',', quote = '\"', "
                f"escape = '\"', nullstr = {_quoted(_NULL)}, columns = {{{named}}}, "
                "auto_detect = false)"
            )
            self._become(name, "table", f"select {casts} from {source}")

    def materialise(self, sql: str, path: Path) -> int:
        """Write the sorted result of a SELECT to one Parquet file; return its row count."""
        copy = (
            f"copy (\nselect * from (\n{sql}\n) order by all nulls last\n) "
            f"to {_quoted(str(path))} (format parquet, compression zstd)"
        )
        return int(self._fetch(copy, sql)[0][0])

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result, by column name."""
        try:
            result = self._connection.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except Exception as error:
            raise failed("a query", sql, error) from error

    def drop(self, name: str) -> None:
        """Forget a registered table."""
        kind = self._kinds.pop(name, None)
        if kind:
            self._connection.execute(f'drop {kind} "{name}"')

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _become(self, name: str, kind: str, select: str) -> None:
        if self._kinds.get(name, kind) != kind:
            self.drop(name)
        self._fetch(f'create or replace {kind} "{name}" as {select}', f"table {name}: {select}")
        self._kinds[name] = kind

    def _fetch(self, sql: str, shown: str) -> list[tuple[Any, ...]]:
        try:
            found: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        except Exception as error:
            raise failed("a query", shown, error) from error
        return found


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
