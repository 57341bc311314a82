"""The corridor that every risk-sharing contract uses: savings and losses shared band by band.

Shares are marginal, the same for losses as for savings; so the function is continuous, never falls
where no share is negative, and is odd: a loss owes what an equal saving would earn.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    absolute,
    maximum,
    minimum,
    table_column,
    where,
)


def corridor_share(bands: Table, rate: Column) -> Column:
    """The share of the benchmark earned (or owed) at a savings rate, by marginal bands.

    `bands` has rows from, to (null: no end) and share; `rate` is savings over benchmark, negative
    for losses.
    """
    size = absolute(rate)
    shared = size - size
    lows, highs = table_column(bands, "from", rate), table_column(bands, "to", rate)
    shares = table_column(bands, "share", rate)
    for low, high, share in zip(lows, highs, shares, strict=True):
        inside = size if high is None else minimum(size, high)
        shared = shared + maximum(inside - low, 0) * share
    return where(rate < 0, -shared, shared)
