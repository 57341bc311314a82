"""CCLF files 1 to 8, A and B: blocks of records become typed columns, or are set aside.

Amounts come unsigned: those of a cancellation (adjustment type 1) are multiplied by -1 (CCLF
Information Packet 40.0 section 5.3).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import constant_column, pyarrow, text_column
from openvbc.claims.cclf_checked import (
    CheckedRecords,
    SetAsideRows,
    checked_values,
    identifiers,
    signs,
)
from openvbc.claims.cclf_columns import MAPS
from openvbc.claims.cclf_kept import KeptRecords, Source, header_diagnoses
from openvbc.claims.column_tally import FIELDS
from openvbc.claims.fixed_width import Block
from openvbc.claims.identity import Identities
from openvbc.claims.layout import layouts_of

ENCOUNTER = "Medicare Advantage encounter (claim type 61)"


@dataclass(frozen=True)
class Decoded:
    """A block read: staged batches with the bucket bounds of their rows, and what was set aside."""

    batches: dict[str, tuple[Any, NDArray[np.int64]]]
    records: int
    set_aside: SetAsideRows
    guessed_load_dates: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)
    absent: frozenset[str] = frozenset()
    """Columns of which the layout has no field."""
    filled: dict[str, int] = field(default_factory=dict)
    """Records that fill fields which are read but are no column."""
    indented: Counter[str] = field(default_factory=Counter)
    """Values that begin with a blank, by field."""
    odd_amounts: Counter[str] = field(default_factory=Counter)
    """Amounts that stand oddly in their field, by field."""


def decode(file: str, block: Block, source: Source, who: Identities, buckets: int) -> Decoded:
    """Read one block of CCLF file `file` ("1" to "8", "A", "B")."""
    layout = layouts_of(file)[block.records.shape[1]]
    form = MAPS[file]
    rows = CheckedRecords(block, layout)
    values = checked_values(rows, form)
    person = identifiers(rows)
    kind = rows.columns("CLM_TYPE_CD") if layout.has("CLM_TYPE_CD") else None
    if kind is not None:
        rows.fail((kind[0] == ord("6")) & (kind[1] == ord("1")), ENCOUNTER)
    sign = signs(rows, form)
    set_aside = rows.set_aside()
    keep = np.flatnonzero(rows.reason == 0)
    current, hashed = who.replace(np.ascontiguousarray(person[:, keep]))
    bucket = (hashed % np.uint64(buckets)).astype(np.int64)
    order = np.argsort(bucket, kind="stable")
    bounds = np.searchsorted(bucket[order], np.arange(buckets + 1))
    keep = keep[order]
    current = np.ascontiguousarray(current[:, order])
    kept = KeptRecords(rows, keep, source, values, sign)
    columns = kept.columns(form, text_column(current))
    guessed = kept.guessed
    if form.table == "diagnosis":
        columns["claim_kind"] = constant_column("institutional", kept.count, pyarrow().string())
    batches = {form.table: (kept.batch(columns), bounds)}
    if file == "5":
        batches["diagnosis"] = header_diagnoses(kept, columns, bounds)
    absent = frozenset(t.column for t in form.columns if not any(map(layout.has, t.fields)))
    filled = {n: kept.filled(n) for n in FIELDS.get(form.table, ()) if layout.has(n)}
    return Decoded(
        batches,
        len(block.lines),
        set_aside,
        guessed,
        kept.unknown,
        absent,
        filled,
        kept.indented,
        rows.odd_amounts,
    )
