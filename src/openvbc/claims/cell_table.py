"""The staged rows of one table of claims in memory, ordered and compared by whole numbers.

A value is worth its place in the order of its column, so that sorting and telling records apart
compares no texts: a number made of the places of several columns stands for them exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_FAR = 1 << 31
"""Values of a column further apart than this are numbered by their order."""
_FULL = 1 << 62
"""What one number holds."""


class CellTable:
    """Rows of a staged table, one Arrow array a column."""

    def __init__(self, name: str, rows: Any) -> None:
        self.name = name
        self.rows = rows.unify_dictionaries().combine_chunks()
        self.count: int = rows.num_rows
        self._coded: dict[str, Any] = {}
        self._placed: dict[str, tuple[Numbers, int]] = {}

    def column(self, name: str) -> Any:
        """A column as one Arrow array."""
        column = self.rows.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def coded(self, name: str) -> Any:
        """A column as numbers of a dictionary of its values."""
        if name not in self._coded:
            column = self.column(name)
            is_coded = pyarrow().types.is_dictionary(column.type)
            self._coded[name] = column if is_coded else column.dictionary_encode()
        return self._coded[name]

    def codes(self, name: str) -> Numbers:
        """The same as numbers alone; -1 where the value is missing."""
        return whole(self.coded(name).indices, -1)

    def put(self, name: str, values: Any) -> None:
        """Give a column another content."""
        at = self.rows.schema.get_field_index(name)
        self.rows = self.rows.set_column(at, name, values)
        self._coded.pop(name, None)
        self._placed.pop(name, None)

    def places(self, name: str) -> Numbers:
        """The place of each row's value in the order of the column; what is missing is last."""
        return self._place(name)[0]

    def backward(self, name: str) -> Numbers:
        """The same from the largest value down; what is missing is last here too."""
        places, missing = self._place(name)
        return np.where(places == missing, missing, missing - 1 - places)

    def keys(self, names: Iterable[str]) -> list[Numbers]:
        """The places of several columns."""
        return [self.places(name) for name in names]

    def chosen(self, rows: Numbers) -> CellTable:
        """Some of the rows."""
        return CellTable(self.name, self.rows.take(pyarrow().array(rows)))

    def _place(self, name: str) -> tuple[Numbers, int]:
        if name not in self._placed:
            pa = pyarrow()
            kind = self.rows.schema.field(name).type
            is_text = pa.types.is_dictionary(kind) or pa.types.is_string(kind)
            self._placed[name] = (
                _places_of_texts(self.coded(name))
                if is_text
                else _places_of_numbers(self.column(name))
            )
        return self._placed[name]


def whole(column: Any, missing: int) -> Numbers:
    """An Arrow array of whole numbers or days, with `missing` where there is none."""
    pa = pyarrow()
    if pa.types.is_date(column.type):
        column = column.view(pa.int32())
    values = column.fill_null(missing) if column.null_count else column
    return np.asarray(values).astype(np.int64)


def _places_of_texts(coded: Any) -> tuple[Numbers, int]:
    import pyarrow.compute as pc

    order = np.asarray(pc.sort_indices(coded.dictionary))
    places = np.empty(len(order) + 1, dtype=np.int64)
    places[order] = np.arange(len(order))
    places[-1] = len(order)  # of a missing value, which has the number -1
    return places[whole(coded.indices, -1)], len(order)


def _places_of_numbers(column: Any) -> tuple[Numbers, int]:
    values = whole(column, 0)
    missing = np.asarray(column.is_null()) if column.null_count else None
    known = values if missing is None else values[~missing]
    if not len(known):
        return np.zeros(len(values), dtype=np.int64), 0
    least, most = int(known.min()), int(known.max())
    if most - least >= _FAR:
        distinct = np.unique(known)
        places, last = np.searchsorted(distinct, values), len(distinct)
    else:
        places, last = values - least, most - least + 1
    return places if missing is None else np.where(missing, last, places), last


def _few_numbers(keys: Sequence[Numbers]) -> list[Numbers]:
    """Few numbers that order as all of them do."""
    packed: list[Numbers] = []
    room = 0
    for key in keys:
        span = int(key.max()) + 1
        if not packed or room * span > _FULL:
            packed.append(key)
            room = span
        else:
            packed[-1] = packed[-1] * span + key
            room *= span
    return packed


def in_order(keys: Sequence[Numbers]) -> Numbers:
    """The rows in the order of their keys, the first key first; rows that share all stay."""
    packed = _few_numbers(keys)
    if len(packed) == 1:
        return np.argsort(packed[0], kind="stable")
    return np.lexsort(packed[::-1])


def one_number(keys: Sequence[Numbers]) -> Numbers:
    """A number a row: the same where all keys are, else another."""
    packed = _few_numbers(keys)
    if len(packed) == 1:
        return packed[0]
    order = np.lexsort(packed)
    differs = np.zeros(len(order), dtype=np.bool_)
    for key in packed:
        ordered = key[order]
        differs[1:] |= ordered[1:] != ordered[:-1]
    row_numbers = np.empty(len(order), dtype=np.int64)
    row_numbers[order] = np.cumsum(differs)
    return row_numbers
