"""A DuckDB file of somebody else's, opened in a closed room.

The file is attached read-only on a connection of its own that can reach nothing but one output
folder: views, macros and whatever else the file holds cannot read or write a file of this machine.
Only its base tables are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openvbc.engine.base import failed
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import identifier, literal
from openvbc.errors import InputError, Place


class AttachedFile:
    """The base tables of a DuckDB file, which can be exported as Parquet into `folder`.

    Raises:
        InputError: the file cannot be opened as a DuckDB file.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        import duckdb

        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": "",
            }
        )
        try:
            self._rows(f"attach {literal(path.absolute())} as given (read_only, type duckdb)")
            self._rows(f"set allowed_directories = [{literal(folder.absolute())}]")
            self._rows("set enable_external_access = false")
            self._rows("set lock_configuration = true")
        except Exception as error:
            self._connection.close()
            raise InputError(
                "the DuckDB file cannot be opened",
                place=Place(file=path.name),
                action="close other programs that use it, or export the tables as Parquet",
                code="VBC-1014",
            ) from error

    def schema_of(self, table: str) -> str | None:
        """The first schema, by name, that holds a base table of this name."""
        schemas = self._rows(
            "select schema_name from duckdb_tables() where database_name = 'given' "
            f"and table_name = {literal(table)} order by schema_name"
        )
        return str(schemas[0][0]) if schemas else None

    def columns(self, schema: str, table: str) -> list[str]:
        """The table's columns, in order."""
        rows = self._rows(
            "select column_name from duckdb_columns() where database_name = 'given' "
            f"and schema_name = {literal(schema)} and table_name = {literal(table)} "
            "order by column_index"
        )
        return [str(row[0]) for row in rows]

    def export(self, schema: str, table: str, columns: Sequence[str], target: Path) -> None:
        """Write columns of a table as text, in the order of its rows."""
        shown = ", ".join(f"cast({identifier(c)} as varchar) as {identifier(c)}" for c in columns)
        source = f"given.{identifier(schema)}.{identifier(table)}"
        copy = f"copy (select {shown} from {source}) to {literal(target.absolute())}"
        try:
            self._rows(f"{copy} (format parquet)")
        except Exception as error:
            raise failed(f"reading the table {table}", copy, error) from error
        only_for_owner(target)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
