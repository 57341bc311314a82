"""A file of the store's claims: Parquet, written in order, a group of rows at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cell_table import CellTable, Numbers
from openvbc.claims.model import TABLES
from openvbc.claims.staging import arrow_type, plain
from openvbc.engine.private_files import only_for_owner

GROUP_ROWS = 122_880
"""Rows of a group, which is what the engine reads at once."""
_MANY_VALUES = ("claim_id", "natural_key")
"""Texts that hardly repeat: a dictionary of them would be longer than they are."""


class SortedFile:
    """Takes rows in their order; what it holds follows from the rows alone, not from the calls."""

    def __init__(self, table: str, path: Path) -> None:
        import pyarrow.parquet as pq

        pa = pyarrow()
        self.rows = 0
        fields = [(c.name, plain(arrow_type(c.name, c.type))) for c in TABLES[table].columns]
        self._schema = pa.schema(fields)
        few = [n for n, kind in fields if pa.types.is_string(kind) and n not in _MANY_VALUES]
        self._waiting: Any = self._schema.empty_table()
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_dictionary=few, store_schema=False,
            store_decimal_as_integer=True,
        )  # fmt: skip
        only_for_owner(path)

    def add(self, table: CellTable, order: Numbers) -> None:
        """Add the rows of a table in an order."""
        self.rows += len(order)
        start = 0
        while start < len(order):
            stop = start + GROUP_ROWS - self._waiting.num_rows
            more = self._columns(table, order[start:stop])
            if self._waiting.num_rows:
                more = pyarrow().concat_tables([self._waiting, more]).combine_chunks()
            self._waiting = more
            if more.num_rows == GROUP_ROWS:
                self._write()
            start = stop

    def close(self) -> None:
        """Write what waits, and end the file."""
        if self._waiting.num_rows:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        self._writer.write_table(self._waiting, GROUP_ROWS)
        self._waiting = self._schema.empty_table()

    def _columns(self, table: CellTable, order: Numbers) -> Any:
        pa = pyarrow()
        rows = pa.array(order)
        return pa.table(
            [table.column(field.name).take(rows).cast(field.type) for field in self._schema],
            self._schema,
        )
