"""Why a computed number differs from the printed one, where the rules of publication say so.

A reason is checked against the file before it is given: the flag that says so, the bound that
holds. It is never given for the line as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.mssp.results_row import ResultsRow
from openvbc.worksheets.kernel.evaluation import Evaluation

FEW_PEOPLE = 500
"""Below this the regulation prints only a lower bound for the minimum savings rate."""

ACTUARY = "set by CMS's actuary: the regulation gives a lower bound only below 500"
REVENUE = (
    "the loss limit depends on participants' revenue, which is not published; what is printed lies "
    "within the bound computed"
)
ENDED = (
    "the contract ended during the year; for how many months is not published, and what is printed "
    "lies within the bound computed"
)


RELIEF_SINCE = 2018
"""Files print the reduction for extreme and uncontrollable circumstances from this year."""
UNRELIEVED = (
    "the file lacks the column of the reduction for extreme and uncontrollable circumstances "
    "(DisAdj); what is printed lies within the bound computed"
)


def minimum_savings_rate_reason(
    rows: Sequence[ResultsRow], row: int, computed: Any, published: Any
) -> str:
    """Below 500 people the actuary sets a rate at or above the bound."""
    few = rows[row].settling("assigned_beneficiaries") < FEW_PEOPLE
    return ACTUARY if few and computed is not None and published > computed else ""


def earned_reason(
    rows: Sequence[ResultsRow], evaluation: Evaluation, row: int, computed: Any, published: Any
) -> str:
    """A loss below its bound, where the file says that revenue limits it or that it is prorated.

    Files that print ``RevLossLimit`` say themselves whether revenue may limit the loss: where it is
    0 there is no reason.
    """
    printed = rows[row]
    owed = -(published or Decimal(0))
    bound = evaluation.value("shared_losses_owed", row)
    if bound is None or not 0 <= owed <= bound or bound <= 0:
        return ""
    limited = printed.flag("revenue_loss_limit") is not False
    if limited and evaluation.value("owed_is_upper_bound", row):
        return REVENUE
    if printed.flag("terminated"):
        return ENDED
    relieved = printed.year >= RELIEF_SINCE and "extreme_circumstances" not in printed.table.columns
    return UNRELIEVED if relieved else ""
