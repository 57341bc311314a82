"""Cancellations among the claims of a cell: whether one counts, and the sign of revenue lines.

Expenditure is a plain signed sum over all related records (CCLF Information Packet 40.0 section
5.3). A record that is denied after payment is taken back by a cancellation that may bear the reason
as a denial code; were it left out, the payment would stand. A cancellation of a record that was
denied from the start takes nothing back. So a cancellation is denied where the record of its chain
with its amount (else every record of its chain) is; without such a record its own code holds.
Part B is judged line by line.

CCLF2 has no adjustment type of its own: its lines have the sign of their claim. Where one claim
number stands for both an original and its cancellation the lines stay positive.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cell_table import CellTable, Mask, one_number, whole
from openvbc.claims.number_lookup import among

_CHAIN = {
    "institutional_claim": ("person_id", "natural_key"),
    "professional_line": ("person_id", "natural_key", "claim_line_number"),
}
"""What a debit and its credit share."""


def settle_credits(table: CellTable, keep: Mask) -> None:
    """Decide `is_denied` of the cancellations among the rows kept."""
    import pyarrow.compute as pc

    names = _CHAIN.get(table.name)
    if names is None:
        return
    sign = whole(table.column("sign"), 1)
    chained = keep.copy()
    for name in names:
        chained &= ~np.asarray(table.column(name).is_null())
    credit = np.flatnonzero(chained & (sign == -1))
    if not len(credit):
        return
    chain = one_number(table.keys(names))
    debit = np.flatnonzero(chained & (sign == 1) & among(chain, np.unique(chain[credit])))
    pa = pyarrow()
    rows = pa.array(np.concatenate([debit, credit]))
    amounts = [
        None if a is None else abs(a) for a in table.column("paid_amount").take(rows).to_pylist()
    ]
    denied = table.column("is_denied").take(rows).to_pylist()
    said: dict[tuple[int, Decimal | None], bool] = {}
    """Whether every debit of a chain, and of a chain and amount, is denied."""
    settled = []
    chains = chain[np.concatenate([debit, credit])].tolist()
    for place, (link, amount, own) in enumerate(zip(chains, amounts, denied, strict=True)):
        if place >= len(debit):
            settled.append(said.get((link, amount), said.get((link, None), own)))
        elif own is not None:
            for key in {(link, None), (link, amount)}:
                said[key] = said.get(key, True) and own
    is_credit = np.zeros(table.count, dtype=np.bool_)
    is_credit[credit] = True
    denials = pc.replace_with_mask(
        table.column("is_denied"), pa.array(is_credit), pa.array(settled, pa.bool_())
    )
    table.put("is_denied", denials)


def sign_lines(lines: CellTable, claims: CellTable) -> None:
    """Turn the amounts of revenue lines whose claim is a cancellation."""
    import pyarrow.compute as pc

    sign = whole(claims.column("sign"), 0)
    numbers = claims.column("claim_id")
    cancelled = numbers.filter(pyarrow().array(sign == -1)).unique()
    if not len(cancelled):
        return
    highest: dict[tuple[str, str], int] = {}
    for row in np.flatnonzero(np.asarray(pc.is_in(numbers, value_set=cancelled))).tolist():
        claim = _claim(claims, row)
        highest[claim] = max(highest.get(claim, -1), int(sign[row]))
    turned = np.asarray(pc.is_in(lines.column("claim_id"), value_set=cancelled)).copy()
    for row in np.flatnonzero(turned).tolist():
        turned[row] = highest.get(_claim(lines, row)) == -1
    paid = lines.column("paid_amount")
    lines.put("paid_amount", pc.if_else(pyarrow().array(turned), pc.negate(paid), paid))


def _claim(table: CellTable, row: int) -> tuple[str, str]:
    return (table.column("person_id")[row].as_py(), table.column("claim_id")[row].as_py())
