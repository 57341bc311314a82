"""The staged claims of a cell as Arrow batches, read from the files kept as they are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.arrow_files import read_batches
from openvbc.claims.cell_table import CellTable
from openvbc.claims.number_lookup import among
from openvbc.claims.staging import staged_schema

LARGE = 48 << 20
"""Bytes of the files of a cell from which its people are gone through in parts."""
ROWS_HELD = 1_500_000
"""Rows of all tables held at once then."""
Rank = int | Mapping[str, int]
"""Of a delivery, or of those of the files that rows are from; 0 where rows say it themselves."""
Span = tuple[str | None, str | None]
"""People from the first identifier on, before the second; None: from the first, to the last."""
EVERYBODY: Span = (None, None)


class StagedClaims:
    """The staged rows of one table of claims, but those of claims that belong apart."""

    def __init__(
        self, table: str, files: Sequence[tuple[Rank, Path]], away: NDArray[np.int64] | None = None
    ) -> None:
        self.table, self.files = table, files
        self.put_apart: list[Any] = []
        """Batches of the rows that belong apart, once the first people are read."""
        self._away = np.empty(0, np.int64) if away is None else away

    @property
    def size(self) -> int:
        """Bytes of its files; a third of what its rows take in memory."""
        return sum(path.stat().st_size for _, path in self.files)

    def of(self, people: Span) -> CellTable:
        """The rows of some people."""
        import pyarrow.compute as pc

        first, end = people
        parts = []
        for batch in self._batches(first is None):
            person = batch.column("person_id")
            if end is not None:
                batch = batch.filter(pc.less(person, end))
                person = batch.column("person_id")
            if first is not None:
                batch = batch.filter(pc.greater_equal(person, first))
            if batch.num_rows:
                parts.append(batch)
        return CellTable(self.table, pyarrow().Table.from_batches(parts, staged_schema(self.table)))

    def people(self) -> Counter[str]:
        """How many rows each person has."""
        row_counts: Counter[str] = Counter()
        for batch in self._batches(False):
            for each in batch.column("person_id").value_counts().to_pylist():
                row_counts[each["values"]] += each["counts"]
        return row_counts

    def _batches(self, is_first: bool) -> Iterator[Any]:
        for rank, path in self.files:
            for batch in read_batches(path):
                ranked_batch = _ranked(batch, rank)
                if len(self._away):
                    ranked_batch = self._without_those_apart(ranked_batch, is_first)
                yield ranked_batch

    def _without_those_apart(self, batch: Any, is_first: bool) -> Any:
        moved = among(np.asarray(batch.column("claim_group")), self._away)
        if not moved.any():
            return batch
        if is_first:
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
        indices = pc.index_in(names, value_set=pyarrow().array(list(rank)))
        known = pyarrow().array(list(rank.values()), field.type).take(indices)
        ranks = pc.coalesce(known, batch.column("delivery"))
    return batch.set_column(place, field, ranks)


def spans_of(claims: Sequence[StagedClaims]) -> list[Span]:
    """The people of a cell in parts that fit into memory, in the order of their identifiers."""
    if sum(each.size for each in claims) <= LARGE:
        return [EVERYBODY]
    rows: Counter[str] = Counter()
    for each in claims:
        rows.update(each.people())
    ends: list[str] = []
    held = 0
    for person, count in sorted(rows.items()):
        if held and held + count > ROWS_HELD:
            ends.append(person)
            held = 0
        held += count
    return list(pairwise([None, *ends, None]))
