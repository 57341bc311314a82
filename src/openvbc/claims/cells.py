"""The cells of the store: claims of one bucket of people and one period of service.

A new delivery touches everybody, but few quarters: what is cut by quarter need not be made anew
for it. The quarter of a claim is that of its through date (of a drug event, of its fill date).
Claims without a date, of feeds that are always read whole, and those whose records lie in several
periods are :data:`APART`, in one cell a bucket. A bucket of few claims is cut by year, or not at
all: each cell has a cost of its own.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.buckets import hashes
from openvbc.claims.fixed_width import NO_DATE
from openvbc.claims.number_lookup import among

CLAIM_TABLES = (
    "institutional_claim", "institutional_line", "professional_line", "diagnosis", "procedure",
    "pharmacy_claim",
)  # fmt: skip
"""Tables of the store that are cut by time of service as well as by bucket of people."""
APART = 0
"""The quarter of what belongs to no quarter, or to several."""
_BITS = 16


def quarters(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Quarters of days since 1970-01-01: four times the year plus 0 to 3; APART without a day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    numbers = (months + 1970 * 12) // 3
    return np.where((days == NO_DATE) | (numbers < 1) | (numbers >= 1 << _BITS), APART, numbers)


def cell_numbers(bucket: NDArray[np.int64], quarter: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number a row for its bucket and quarter, in the order of both."""
    return (bucket << _BITS) | quarter


def cell_of(number: int) -> tuple[int, int]:
    """Bucket and quarter of a cell's number."""
    return number >> _BITS, number & ((1 << _BITS) - 1)


class Cut(Enum):
    """How the claims of a bucket are cut by time of service."""

    BY_QUARTER = "quarter"
    BY_YEAR = "year"
    NOT_AT_ALL = "apart"

    def periods(self, quarters: NDArray[np.int64]) -> NDArray[np.int64]:
        """The period of each quarter, named by its first quarter."""
        if self is Cut.BY_QUARTER:
            return quarters
        return quarters // 4 * 4 if self is Cut.BY_YEAR else np.full(len(quarters), APART)

    def period_name(self, period: int) -> str:
        """``2024-Q2``, ``2024``, or ``apart``."""
        if period == APART:
            return "apart"
        quarter = f"-Q{period % 4 + 1}" if self is Cut.BY_QUARTER else ""
        return f"{period // 4}{quarter}"


CLAIMS_BY_YEAR, CLAIMS_BY_QUARTER = 400_000, 1_000_000
"""Claims of a bucket, counted once a file that names them, from which it is cut finer.

To make a cell costs about what 30,000 claims in it cost."""


def cut_of(claims: int) -> Cut:
    """How a bucket is cut, by its claims alone: a store that grew and one made at once agree."""
    if claims >= CLAIMS_BY_QUARTER:
        return Cut.BY_QUARTER
    return Cut.BY_YEAR if claims >= CLAIMS_BY_YEAR else Cut.NOT_AT_ALL


def group_numbers(columns: NDArray[np.uint8]) -> NDArray[np.int64]:
    """A number for each claim number or chain key, one a column of bytes; equal ones agree.

    It decides nothing: claims that share a number by chance are only kept together.
    """
    return hashes(columns).view(np.int64)


def text_matrix(texts: list[str | None]) -> NDArray[np.uint8]:
    """Texts as bytes, one a column, padded with blanks; null is blank."""
    packed = np.array([(text or "").encode() for text in texts])
    width = max(packed.dtype.itemsize, 1)
    matrix = packed.astype(f"S{width}").view(np.uint8).reshape(len(packed), width).T.copy()
    matrix[matrix == 0] = 32
    return matrix


Groups = NDArray[Any]
GROUP = np.dtype([("cell", "i8"), ("claim", "i8"), ("chain", "i8")])
"""Which claims, of which debit/credit chain (0: of none), lie in which cell."""


def distinct(groups: Groups) -> Groups:
    """Each once, in order."""
    if len(groups) < 2:
        return groups
    order = np.lexsort((groups["chain"], groups["claim"], groups["cell"]))
    ordered: Groups = groups[order]
    kept: Groups = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return kept


def in_bucket(groups: Groups, bucket: int) -> Groups:
    """Those of one bucket."""
    bucket_groups: Groups = groups[groups["cell"] >> _BITS == bucket]
    return bucket_groups


def in_periods(groups: Groups, cut: Cut) -> Groups:
    """Those of one bucket with the cell of their period in place of that of their quarter."""
    period_groups = groups.copy()
    quarter = groups["cell"] & ((1 << _BITS) - 1)
    period_groups["cell"] = groups["cell"] - quarter + cut.periods(quarter)
    return period_groups


def wandering(groups: Groups) -> NDArray[np.int64]:
    """Claims of a bucket that lie in several cells, or whose chain does, sorted.

    What decides about a record (later versions of it, the debits of a credit, the header of a
    line) then stands in its own cell with it.
    """
    cells, claims, chains = groups["cell"], groups["claim"], groups["chain"]
    moved = _in_several(claims, cells)
    chained = chains != 0
    linked = _in_several(chains[chained], cells[chained])
    while len(moved) or len(linked):
        rows = among(claims, moved) | (chained & among(chains, linked))
        claim_numbers, ties = np.unique(claims[rows]), np.unique(chains[rows & chained])
        if len(claim_numbers) == len(moved) and len(ties) == len(linked):
            break
        moved, linked = claim_numbers, ties
    return moved


def _in_several(names: NDArray[np.int64], cells: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.argsort(names)
    names, cells = names[order], cells[order]
    again = (names[1:] == names[:-1]) & (cells[1:] != cells[:-1])
    return np.unique(names[1:][again])
