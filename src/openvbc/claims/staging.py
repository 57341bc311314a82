"""Rows between the feeds and the store: files of a table and cell, Arrow for claims, else Parquet.

Readers write here as they go, so that memory does not grow with the feed; the store is then built
one cell at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.arrow_files import write_batches
from openvbc.claims.buckets import hashes
from openvbc.claims.cells import (
    APART,
    CLAIM_TABLES,
    GROUP,
    Groups,
    cell_numbers,
    cell_of,
    distinct,
    group_numbers,
    text_matrix,
)
from openvbc.claims.column_tally import ColumnTally
from openvbc.claims.model import TABLES
from openvbc.engine.private_files import only_for_owner, private_folder

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
for _name in CLAIM_TABLES:
    STAGED[_name]["claim_group"] = "bigint"

FEW_VALUES = frozenset(
    (
        "claim_type_code", "bill_type_code", "discharge_disposition_code", "admit_type_code",
        "admit_source_code", "adjustment_type", "code_version", "product_type", "hcpcs_modifier_1",
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


@cache
def staged_schema(table: str) -> Any:
    """Arrow schema of a staged table."""
    pa = pyarrow()
    return pa.schema([(name, arrow_type(name, kind)) for name, kind in STAGED[table].items()])


HELD_BYTES = 192 << 20
"""Rows held before they are written: fewer, larger files, and memory that does not grow."""


class Staging:
    """Writes the staged tables into `folder`; complete once it is closed."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self.folder, self.buckets = folder, buckets
        self.files: dict[tuple[str, int, int], list[Path]] = {}
        """Files of a table, bucket and quarter."""
        self.tally = ColumnTally("warning")
        self._held: dict[tuple[str, int, int], list[Any]] = {}
        self._size = 0
        self._groups: list[Groups] = []
        private_folder(folder)

    def write(self, table: str, batch: Any, cells: NDArray[np.int64]) -> None:
        """Add rows that are ordered by cell; `cells` has the number of each row's."""
        batch = conform(batch, table)
        cuts = [0, *(np.flatnonzero(cells[1:] != cells[:-1]) + 1).tolist(), len(cells)]
        for start, end in pairwise(cuts if len(cells) else ()):
            key = (table, *cell_of(int(cells[start])))
            self._held.setdefault(key, []).append(batch.slice(start, end - start))
        self._size += batch.nbytes
        if self._size > HELD_BYTES:
            self._flush()

    def note_groups(
        self, cells: NDArray[np.int64], claim: NDArray[np.int64], chain: NDArray[np.int64] | int
    ) -> None:
        """Note which claims of which chains lie in which cells."""
        groups = np.empty(len(cells), GROUP)
        groups["cell"], groups["claim"], groups["chain"] = cells, claim, chain
        if len(groups):
            self._groups.append(groups[np.append(True, groups[1:] != groups[:-1])])

    @property
    def groups(self) -> Groups:
        """The claims noted, each once."""
        return distinct(np.concatenate([np.empty(0, GROUP), *self._groups]))

    def write_rows(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add rows given as lists of Python values, one list a column."""
        pa = pyarrow()
        schema = staged_schema(table)
        arrays = {
            name: pa.array(values, plain(schema.field(name).type))
            for name, values in columns.items()
        }
        self.write_batch(table, pa.RecordBatch.from_pydict(arrays))

    def write_batch(self, table: str, batch: Any) -> None:
        """Add rows of a feed that is always read whole, in any order, to their people's buckets."""
        if not batch.num_rows:
            return
        self.tally.add(table, batch)
        pa = pyarrow()
        owner = "person_id" if "person_id" in batch.schema.names else "aco_id"
        person = hashes(text_matrix(batch.column(owner).to_pylist()))
        bucket = (person % np.uint64(self.buckets)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        cells = cell_numbers(bucket[order], np.full(len(order), APART))
        if table in CLAIM_TABLES:
            claim = group_numbers(text_matrix(batch.column("claim_id").to_pylist()))
            batch = batch.append_column("claim_group", pa.array(claim))
            self.note_groups(cells, claim[order], 0)
        self.write(table, batch.take(pa.array(order)), cells)

    def write_parquet(self, table: str, path: Path) -> None:
        """Add the rows of a Parquet file."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=100_000):
                self.write_batch(table, batch)

    def close(self) -> None:
        """Write what is held."""
        self._flush()

    def _flush(self) -> None:
        for key, batches in sorted(self._held.items()):
            self.files.setdefault(key, []).append(self._file(key, batches))
        self._held.clear()
        self._size = 0

    def _file(self, key: tuple[str, int, int], batches: list[Any]) -> Path:
        import pyarrow.parquet as pq

        table, bucket, quarter = key
        number = len(self.files.get(key, ()))
        path = self.folder / f"{table}_{bucket:03d}_{quarter}_{number}.parquet"
        schema = staged_schema(table)
        if table in CLAIM_TABLES:
            write_batches(path := path.with_suffix(".arrow"), schema, batches)
            return path
        few = [field.name for field in schema if field.name in FEW_VALUES]
        pq.write_table(
            pyarrow().Table.from_batches(batches, schema), path, compression="lz4",
            use_dictionary=few, write_statistics=False, store_schema=False,
        )  # fmt: skip
        only_for_owner(path)
        return path


def plain(kind: Any) -> Any:
    """The type of what a dictionary holds."""
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
        if wanted and coded and not len(column.dictionary):
            column = _nulls(len(column), field.type)
        elif wanted and not coded:
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
        # DuckDB 1.4 cannot read a dictionary without a value.
        return pa.DictionaryArray.from_arrays(codes, pa.array([""], kind.value_type))
    return pa.nulls(count, kind)
