"""The health equity amounts of ACO REACH from the tenths of aligned people."""

from __future__ import annotations

from openvbc.worksheets.capitation.risk_corridors import (
    EQUITY,
    equity_amount_added,
    equity_amount_taken,
)
from openvbc.worksheets.kernel.arithmetic import Column, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(unit="months", label="Months with an equity addition", cite=EQUITY, status="secondary")
def equity_months_added(
    person_months: Column, tenth_from_top: Column, equity_tenths_added: Column
) -> Column:
    """Months of people of the most underserved tenths."""
    return where(tenth_from_top <= equity_tenths_added, person_months, 0)


@line(unit="months", label="Months with an equity deduction", cite=EQUITY, status="secondary")
def equity_months_taken(
    person_months: Column, tenth_from_top: Column, equity_tenths_taken_from: Column
) -> Column:
    """Months of people of the least underserved tenths."""
    return where(tenth_from_top >= equity_tenths_taken_from, person_months, 0)


@line(unit="USD", label="Health equity amount of the tenth", cite=EQUITY, status="secondary")
def equity_amount(equity_amount_added: Column, equity_amount_taken: Column) -> Column:
    """What is added, and what is taken."""
    return equity_amount_added + equity_amount_taken


REACH_EQUITY = Worksheet(
    "reach_equity",
    "ACO REACH: health equity amounts by tenth",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("tenth_from_top", "count", "Tenth of people, 1 the most underserved"),
        Input("person_months", "months", "Months of people of the tenth"),
    ],
    parameters=[
        "equity_tenths_added", "equity_tenths_taken_from", "equity_rate_added",
        "equity_rate_taken",
    ],
    lines=[
        equity_months_added, equity_months_taken, equity_amount_added, equity_amount_taken,
        equity_amount,
    ],
)  # fmt: skip
