"""An adjustment for social risk as parties agree it: an amount a unit by a measure of the group.

For a payer's contract that pays, say, a dollar a month more for groups with many dual members. The
agreed bins or slope give the amount a unit; see :mod:`openvbc.programs.social_need.adjuster`.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    maximum,
    minimum,
    otherwise,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

AGREED = "the contract's clause on social risk"


@line(unit="USD", cite=AGREED, rounding="cents, half up")
def adjustment_before_limit(units: Column, amount_per_unit: Column) -> Column:
    """Units times the agreed amount a unit."""
    return round_half_up(units * amount_per_unit, 2)


@line(unit="USD", cite=AGREED)
def adjustment_limited(adjustment_before_limit: Column, limit: Column) -> Column:
    """At most the limit, and at least the limit taken away; without a limit as it is."""
    most = otherwise(limit, 0)
    within = maximum(minimum(adjustment_before_limit, most), 0 - most)
    return where(is_missing(limit), adjustment_before_limit, within)


@line(unit="USD", cite=AGREED, rounding="cents, half up")
def equity_adjustment_agreed(
    adjustment_limited: Column, units: Column, neutral_per_unit: Column
) -> Column:
    """The limited adjustment less what each unit gives back, where all groups together get
    nothing.
    """
    return adjustment_limited - round_half_up(units * otherwise(neutral_per_unit, 0), 2)


EQUITY_ADJUSTER = Worksheet(
    "equity_adjuster",
    "Agreed adjustment for social risk",
    inputs=[
        Input("units", "count", "Units, for example months of members"),
        Input("amount_per_unit", "USD per unit", "Agreed amount a unit at the group's measure"),
        Input("limit", "USD", "Largest adjustment of a group", optional=True),
        Input("neutral_per_unit", "USD per unit", "Given back by each unit", optional=True),
    ],
    parameters=[],
    lines=[adjustment_before_limit, adjustment_limited, equity_adjustment_agreed],
)
