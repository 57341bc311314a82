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
from openvbc.claims.buckets import hashes
from openvbc.claims.cclf_checked import (
    CheckedRecords,
    SetAsideRows,
    checked_values,
    identifiers,
    signs,
)
from openvbc.claims.cclf_columns import MAPS
from openvbc.claims.cclf_kept import KeptRecords, Source, header_diagnoses
from openvbc.claims.cells import APART, CLAIM_TABLES, cell_numbers, group_numbers, quarters
from openvbc.claims.column_tally import FIELDS
from openvbc.claims.field_marks import Marks
from openvbc.claims.fixed_width import Block, dates
from openvbc.claims.identity import Identities
from openvbc.claims.layout import layouts_of

ENCOUNTER = "Medicare Advantage encounter (claim type 61)"


@dataclass(frozen=True)
class Decoded:
    """A block read: staged batches with the cells of their rows, and what was set aside."""

    batches: dict[str, tuple[Any, NDArray[np.int64]]]
    records: int
    set_aside: SetAsideRows
    guessed_load_dates: int = 0
    marks: Marks = field(default_factory=Counter)
    """What is noticed about fields of records that are used all the same."""
    absent: frozenset[str] = frozenset()
    """Columns of which the layout has no field."""
    filled: dict[str, int] = field(default_factory=dict)
    """Records that fill fields which are read but are no column."""
    people: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    """Hashes of the identifiers as they stand in the file, each once."""
    chains: NDArray[np.int64] | int = 0
    """Numbers of the debit/credit chains of the rows of the file's own table."""


def decode(file: str, block: Block, source: Source, who: Identities, buckets: int) -> Decoded:
    """Read one block of CCLF file `file` ("1" to "8", "A", "B")."""
    layout = layouts_of(file)[block.records.shape[1]]
    form = MAPS[file]
    rows = CheckedRecords(block, layout)
    values = checked_values(rows, form)
    person = identifiers(rows)
    kind = rows.field("CLM_TYPE_CD") if layout.has("CLM_TYPE_CD") else None
    if kind is not None:
        rows.fail((kind[0] == ord("6")) & (kind[1] == ord("1")), ENCOUNTER)
    sign = signs(rows, form)
    set_aside = rows.set_aside()
    keep = np.flatnonzero(rows.reason == 0)
    as_read = np.ascontiguousarray(person[:, keep])
    people = np.unique(hashes(as_read))
    current, hashed = who.replace(as_read)
    bucket = (hashed % np.uint64(buckets)).astype(np.int64)
    cells = cell_numbers(bucket, _quarters(rows, form.table, values, keep))
    order = np.argsort(cells, kind="stable")
    keep, cells, hashed = keep[order], cells[order], hashed[order]
    current = np.ascontiguousarray(current[:, order])
    kept = KeptRecords(rows, keep, source, values, sign)
    columns = kept.columns(form, text_column(current))
    guessed = kept.guessed
    chains: NDArray[np.int64] | int = 0
    if form.table in CLAIM_TABLES:
        claim = group_numbers(kept.field("CUR_CLM_UNIQ_ID"))
        columns["claim_group"] = pyarrow().array(claim)
        if form.chain:
            chains = group_numbers(kept.chain(form)) ^ hashed.view(np.int64)
    if form.table == "diagnosis":
        columns["claim_kind"] = constant_column("institutional", kept.count, pyarrow().string())
    batches = {form.table: (kept.batch(columns), cells)}
    if file == "5":
        batches["diagnosis"] = header_diagnoses(kept, columns, cells)
    absent = frozenset(t.column for t in form.columns if not any(map(layout.has, t.fields)))
    filled = {n: kept.filled(n) for n in FIELDS.get(form.table, ()) if layout.has(n)}
    return Decoded(
        batches,
        len(block.lines),
        set_aside,
        guessed,
        rows.marks,
        absent,
        filled,
        people,
        chains,
    )


def _quarters(
    rows: CheckedRecords,
    table: str,
    values: dict[str, tuple[NDArray[Any], NDArray[np.bool_]]],
    keep: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Quarters of the claims the records are of, so that all records of a claim agree."""
    if table not in CLAIM_TABLES:
        return np.full(len(keep), APART)
    if table == "pharmacy_claim":
        return quarters(values["dispensing_date"][0][keep])
    if "claim_end_date" in values:
        return quarters(values["claim_end_date"][0][keep])
    if not rows.layout.has("CLM_THRU_DT"):
        return np.full(len(keep), APART)
    return quarters(dates(rows.field("CLM_THRU_DT"))[0][keep])
