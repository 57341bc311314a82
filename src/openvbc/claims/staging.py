"""Rows between the feeds and the store: one Parquet file a table and bucket.

Readers write here as they go, so that memory does not grow with the feed; the store is then built
one bucket at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.buckets import hashes
from openvbc.claims.column_tally import ColumnTally
from openvbc.claims.model import TABLES
from openvbc.engine.private_files import private_folder

DELIVERY = ("delivery", "int")
"""Rank of the delivery a row came in; later deliveries govern."""

STAGED: dict[str, dict[str, str]] = {
    **{name: {c.name: c.type for c in table.columns} for name, table in TABLES.items()},
    "demographics": {
        "person_id": "string", "county": "string", "state": "string", "birth_date": "date",
        "death_date": "date", "sex": "string", "race": "string", "medicare_status_code": "string",
        "dual_status_code": "string", "original_reason_entitlement_code": "string",
        "buy_in_code": "string", "part_a_start_date": "date", "part_b_start_date": "date",
        "delivery_date": "date", "source_file": "string", "source_line": "bigint",
    },
    "coverage_span": {
        "person_id": "string", "start_date": "date", "end_date": "date", "part_a": "boolean",
        "part_b": "boolean", "medicare_advantage": "boolean", "enrollment_type": "string",
        "dual_status_code": "string", "other_initiative": "boolean", "county": "string",
        "source": "string", "source_file": "string", "source_line": "bigint",
    },
}  # fmt: skip
"""Columns of the staged tables: those of the store, and what enrollment is derived from."""
STAGED["diagnosis"]["product_type"] = "string"
STAGED["person"].update(stated_on="date", states_deaths="boolean")
STAGED["pharmacy_claim"].update(
    natural_key="string", claim_type_code="string", adjustment_type="string",
    effective_date="date", load_date="date",
)  # fmt: skip
for _columns in STAGED.values():
    _columns.setdefault(*DELIVERY)

FEW_VALUES = frozenset(
    (
        "claim_type_code", "bill_type_code", "discharge_disposition_code", "admit_type_code",
        "adjustment_type", "code_version", "product_type", "hcpcs_modifier_1",
        "place_of_service_code", "specialty_code", "source_file", "source", "claim_kind", "sex",
        "race", "state", "revenue_center_code", "enrollment_type", "dual_status_code", "program",
    )
)  # fmt: skip
"""Columns kept as dictionaries: few distinct values."""


def arrow_type(name: str, kind: str) -> Any:
    """Arrow type of a column of SQL type `kind`."""
    pa = pyarrow()
    if kind.startswith("decimal"):
        precision, scale = kind[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    plain = {
        "string": pa.string(), "date": pa.date32(), "int": pa.int32(), "bigint": pa.int64(),
        "boolean": pa.bool_(),
    }  # fmt: skip
    if kind == "string" and name in FEW_VALUES:
        return pa.dictionary(pa.int32(), pa.string())
    return plain[kind]


def staged_schema(table: str) -> Any:
    """Arrow schema of a staged table."""
    pa = pyarrow()
    return pa.schema([(name, arrow_type(name, kind)) for name, kind in STAGED[table].items()])


class Staging:
    """Writers of the staged tables; a context manager that closes them."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self.folder, self.buckets = folder, buckets
        self._writers: dict[tuple[str, int], Any] = {}
        self.tally = ColumnTally("warning")
        private_folder(folder)

    def path(self, table: str, bucket: int) -> Path:
        """Staged file of a table's bucket."""
        return self.folder / f"{table}_{bucket:03d}.parquet"

    def write(self, table: str, batch: Any, bounds: NDArray[np.int64]) -> None:
        """Add rows that are ordered by bucket; bucket b holds rows bounds[b] to bounds[b + 1]."""
        batch = conform(batch, table)
        for bucket in range(self.buckets):
            start, end = int(bounds[bucket]), int(bounds[bucket + 1])
            if end > start:
                self._writer(table, bucket).write_batch(batch.slice(start, end - start))

    def write_rows(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add rows given as lists of Python values, one list a column."""
        pa = pyarrow()
        schema = staged_schema(table)
        arrays = {
            name: pa.array(values, _plain(schema.field(name).type))
            for name, values in columns.items()
        }
        self.write_batch(table, pa.RecordBatch.from_pydict(arrays))

    def write_batch(self, table: str, batch: Any) -> None:
        """Add rows in any order; they are sent to their people's buckets."""
        if not batch.num_rows:
            return
        self.tally.add(table, batch)
        pa = pyarrow()
        owner = "person_id" if "person_id" in batch.schema.names else "aco_id"
        texts = np.array([value.encode() for value in batch.column(owner).to_pylist()])
        width = max(texts.dtype.itemsize, 1)
        matrix = texts.astype(f"S{width}").view(np.uint8).reshape(len(texts), width).T.copy()
        matrix[matrix == 0] = 32
        bucket = (hashes(matrix) % np.uint64(self.buckets)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        bounds = np.searchsorted(bucket[order], np.arange(self.buckets + 1))
        self.write(table, batch.take(pa.array(order)), bounds)

    def write_parquet(self, table: str, path: Path) -> None:
        """Add the rows of a Parquet file."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=100_000):
                self.write_batch(table, batch)

    def close(self) -> None:
        """Finish every file; a bucket without rows gets an empty one."""
        for table in STAGED:
            for bucket in range(self.buckets):
                self._writer(table, bucket)
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _writer(self, table: str, bucket: int) -> Any:
        import pyarrow.parquet as pq

        key = (table, bucket)
        if key not in self._writers:
            schema = staged_schema(table)
            few = [field.name for field in schema if field.name in FEW_VALUES]
            self._writers[key] = pq.ParquetWriter(
                self.path(table, bucket), schema, compression="lz4", use_dictionary=few,
                write_statistics=False, store_schema=False,
            )  # fmt: skip
        return self._writers[key]


def _plain(kind: Any) -> Any:
    pa = pyarrow()
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def conform(batch: Any, table: str) -> Any:
    """A batch with exactly the staged table's columns, null where it has none."""
    pa = pyarrow()
    names = set(batch.schema.names)
    arrays = []
    schema = staged_schema(table)
    for field in schema:
        if field.name not in names:
            arrays.append(_nulls(batch.num_rows, field.type))
            continue
        column = batch.column(field.name)
        coded = pa.types.is_dictionary(column.type)
        wanted = pa.types.is_dictionary(field.type)
        if wanted and not coded:
            column = (
                _nulls(len(column), field.type)
                if column.null_count == len(column)
                else column.dictionary_encode()
            )
        elif (coded and not wanted) or (not coded and column.type != field.type):
            column = column.cast(field.type)
        arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _nulls(count: int, kind: Any) -> Any:
    pa = pyarrow()
    if pa.types.is_dictionary(kind):
        codes = pa.nulls(count, kind.index_type)
        return pa.DictionaryArray.from_arrays(codes, pa.array([], kind.value_type))
    return pa.nulls(count, kind)
