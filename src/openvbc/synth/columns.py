"""Tables as dictionaries of equally long arrays, and the few things done to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]

PROFESSIONAL: dict[str, type] = {
    "claim": np.int64, "line": np.int16, "person": np.int32, "day": np.int32,
    "provider": np.int32, "code": np.int16, "place": np.int8, "allowed": np.int64,
    "paid": np.int64, "units": np.int16, "denied": np.int8, "cancels": np.bool_,
    "effective": np.int32, "load": np.int32, "control": np.int64, "withheld": np.bool_,
    "repeat": np.bool_, "visit": np.int32, "withdrawn": np.int32,
}  # fmt: skip
"""Columns of a Part B line. `denied`: 0 no, 1 the claim, 2 the line. `control` joins a chain.
`visit` counts claims of a person-year and decides which diagnoses the claim carries.
`withdrawn`: day from which a cancellation of this row is known."""

INSTITUTIONAL: dict[str, type] = {
    "claim": np.int64, "person": np.int32, "type": np.int8, "bill": np.int16,
    "facility": np.int32, "from_day": np.int32, "thru_day": np.int32, "status": np.int8,
    "drg": np.int16, "diagnosis": np.int16, "covid": np.int8, "provider": np.int32,
    "paid": np.int64, "ime": np.int64, "dsh": np.int64, "capital_ime": np.int64,
    "capital_dsh": np.int64, "uncompensated": np.int64, "charge": np.int64,
    "denied": np.bool_, "adjustment": np.int8, "effective": np.int32, "load": np.int32,
    "control": np.int64, "withheld": np.bool_, "repeat": np.bool_, "emergency": np.bool_,
    "lines": np.int16, "line_code": np.int16, "line_revenue": np.int16, "mismatch": np.bool_,
    "visit": np.int32, "withdrawn": np.int32,
}  # fmt: skip
"""Columns of a Part A claim. `adjustment`: 0 original, 1 cancellation, 2 adjustment. `covid`:
0 none, 1 principal diagnosis, 2 further down. `line_code` and `line_revenue` describe line 1."""


def empty(kinds: dict[str, type], count: int = 0) -> Columns:
    """A table of zeros."""
    return {name: np.zeros(count, kind) for name, kind in kinds.items()}


def take(columns: Columns, index: NDArray[Any]) -> Columns:
    """Rows by position or mask."""
    return {name: values[index] for name, values in columns.items()}


def stack(parts: Sequence[Columns]) -> Columns:
    """Tables under one another; every part has the same columns."""
    return {
        name: np.concatenate([p[name] for p in parts]).astype(values.dtype)
        for name, values in parts[0].items()
    }


def rows(columns: Columns) -> int:
    """Number of rows."""
    return len(next(iter(columns.values())))
