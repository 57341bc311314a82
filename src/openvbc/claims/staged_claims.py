"""The staged claims of a cell as Arrow batches, read from the files kept as they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.arrow_files import read_batches
from openvbc.claims.repeats import record_hash
from openvbc.claims.staging import staged_schema
from openvbc.engine.duckdb import DuckDBEngine

LARGE = 48 << 20
"""Bytes of files from which rows are copied into DuckDB, which can spill them: three times as much
in memory."""
Rank = int | Mapping[str, int]
"""Of a delivery, or of those of the files that rows are from; 0 where rows say it themselves."""


class StagedClaims:
    """The staged rows of one table of claims, but those of claims that belong apart."""

    def __init__(
        self, table: str, files: Sequence[tuple[Rank, Path]], away: NDArray[np.int64] | None = None
    ) -> None:
        self.table, self.files = table, files
        self.count = 0
        """Rows read."""
        self.put_apart: list[Any] = []
        """Batches of the rows that belong apart, once all are read."""
        self._away = np.empty(0, np.int64) if away is None else away

    def stage(self, engine: DuckDBEngine) -> None:
        """Make the staged table readable, with the hash of each record."""
        schema, name = staged_schema(self.table), f"kept_{self.table}"
        is_large = sum(path.stat().st_size for _, path in self.files) > LARGE
        if is_large:
            rows = pyarrow().RecordBatchReader.from_batches(schema, self._batches())
        else:
            rows = pyarrow().Table.from_batches(list(self._batches()), schema)
        engine.lend(name, rows)
        hashed = f"select *, {record_hash(self.table)} as record_hash from {name}"
        engine.define(f"staged_{self.table}", hashed, held=is_large)

    def forget(self, engine: DuckDBEngine) -> None:
        """Let go of the rows."""
        engine.drop(f"staged_{self.table}")
        engine.drop(f"kept_{self.table}")

    def _batches(self) -> Iterator[Any]:
        for rank, path in self.files:
            for batch in read_batches(path):
                found = _ranked(batch, rank)
                if len(self._away):
                    found = self._without_those_apart(found)
                if found.num_rows:
                    self.count += found.num_rows
                    yield found

    def _without_those_apart(self, batch: Any) -> Any:
        moved = np.isin(np.asarray(batch.column("claim_group")), self._away)
        if not moved.any():
            return batch
        self.put_apart.append(batch.filter(pyarrow().array(moved)))
        return batch.filter(pyarrow().array(~moved))


def _ranked(batch: Any, rank: Rank) -> Any:
    """The batch with the rank of its delivery as it is now."""
    if not rank:
        return batch
    import pyarrow.compute as pc

    place = batch.schema.get_field_index("delivery")
    field = batch.schema.field(place)
    if isinstance(rank, int):
        ranks = pyarrow().array(np.full(batch.num_rows, rank, np.int32))
    else:
        names = pc.cast(batch.column("source_file"), "string")
        found = pc.index_in(names, value_set=pyarrow().array(list(rank)))
        known = pyarrow().array(list(rank.values()), field.type).take(found)
        ranks = pc.coalesce(known, batch.column("delivery"))
    return batch.set_column(place, field, ranks)
