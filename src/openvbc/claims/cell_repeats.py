"""Claim records that came more than once, among the rows of a cell: which are kept, and why not."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cell_table import CellTable, Mask, Numbers, in_order, one_number
from openvbc.claims.model import TABLES
from openvbc.claims.number_lookup import among
from openvbc.claims.repeats import CLASH, RECORDS, REPEATED, SAME_FILE, SUPERSEDED

PART_D_REPLACED = "Part D event replaced by a later one"
PART_D_DELETED = "Part D event deleted"
_REASONS = (REPEATED, SAME_FILE, SUPERSEDED, CLASH)
_DELETION = "03"

Dropped = Counter[tuple[str, str]]
"""Rows not kept, by file and reason."""


def kept_rows(table: CellTable) -> tuple[Mask, Dropped]:
    """Which rows of a table are kept, one a record, and the others counted."""
    key = one_number(table.keys(("person_id", *RECORDS[table.name].key)))
    keep = np.ones(table.count, dtype=np.bool_)
    dropped: Dropped = Counter()
    ordered = np.sort(key)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if len(again):
        rows = np.flatnonzero(among(key, np.unique(again)))
        keep[rows[_older(table.chosen(rows), key[rows], dropped)]] = False
    if table.name == "pharmacy_claim":
        gone = keep & _deletions(table)
        if gone.any():
            keep &= ~gone
            _count(dropped, table.chosen(np.flatnonzero(gone)), PART_D_DELETED)
    return keep, dropped


def _older(repeated: CellTable, key: Numbers, dropped: Dropped) -> Numbers:
    """Those rows of repeated records that are not the newest, counted by why."""
    newest = [repeated.backward(name) for name in RECORDS[repeated.name].newest]
    order: Numbers = in_order([key - key.min(), *newest])
    is_first = np.append(True, key[order][1:] != key[order][:-1])
    kept = order[is_first][np.cumsum(is_first) - 1]
    older: Numbers = order[~is_first]
    kept = kept[~is_first]
    if repeated.name == "pharmacy_claim":
        _count(dropped, repeated.chosen(older), PART_D_REPLACED)
        return older
    file = repeated.codes("source_file")
    reason = 2 * ~_same(repeated, older, kept) + (file[older] == file[kept])
    told = np.ones(len(older), dtype=np.bool_)
    if repeated.name == "diagnosis":
        # Of professional claims each line repeats the diagnoses of its claim.
        kinds = np.array([*repeated.coded("claim_kind").dictionary.to_pylist(), ""])
        told = (kinds == "institutional")[repeated.codes("claim_kind")[older]]
    for number, why in enumerate(_REASONS):
        _count(dropped, repeated.chosen(older[told & (reason == number)]), why)
    return older


def _same(table: CellTable, some: Numbers, others: Numbers) -> Mask:
    """Whether pairs of rows say the same, wherever they stand."""
    same = np.ones(len(some), dtype=np.bool_)
    for column in TABLES[table.name].columns:
        if column.name not in ("source_file", "source_line"):
            codes = table.codes(column.name)
            same &= codes[some] == codes[others]
    return same


def _deletions(table: CellTable) -> Mask:
    """Part D events that take an earlier one back (CCLF Information Packet 40.0 section 5.3)."""
    import pyarrow.compute as pc

    pa = pyarrow()
    says = pc.equal(pc.cast(table.column("claim_type_code"), pa.string()), _DELETION)
    paid = table.column("patient_paid_amount")
    nothing = pc.fill_null(pc.equal(paid, pa.scalar(Decimal(0), paid.type)), True)
    is_empty = pc.and_(table.column("ndc_code").is_null(), nothing)
    return np.asarray(pc.or_(pc.fill_null(says, False), is_empty))


def _count(dropped: Dropped, rows: CellTable, reason: str) -> None:
    for file, n in Counter(rows.column("source_file").to_pylist()).items():
        dropped[file, reason] += n
