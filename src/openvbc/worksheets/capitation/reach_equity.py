"""The health equity amounts of ACO REACH by tenth of aligned people.

Grain: one row a performance year and tenth. USD, not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.risk_corridors import EQUITY
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(unit="USD", label="Health equity amount of the tenth", cite=EQUITY, status="secondary")
def equity_amount(person_months: Column, equity_rate_of_tenth: Column) -> Column:
    """Months times the monthly amount of the tenth: added at the top, taken in the lower half."""
    return person_months * equity_rate_of_tenth


REACH_EQUITY = Worksheet(
    "reach_equity",
    "ACO REACH: health equity amounts by tenth",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("tenth_from_top", "count", "Tenth of people, 1 the most underserved"),
        Input("person_months", "months", "Months of people of the tenth"),
    ],
    parameters=["equity_rate_of_tenth"],
    lines=[equity_amount],
)
