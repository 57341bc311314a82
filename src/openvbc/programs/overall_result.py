"""What results that are not money come to over many contracts: a mean, or how many."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.settlement import Settlement

Figure = tuple[str, Any, str]
"""Label, value (None where no contract has a result) and unit."""


def overall_result(settlement: Settlement, rows: Sequence[int]) -> Figure | None:
    """The plain mean of a factor, rate or score over contracts; how many have a flag or a "Yes".

    Contracts without a result do not count. None where the result is money, which is added up, or
    a text of another kind.
    """
    view, evaluation = settlement.presentation, settlement.main.evaluation
    line = evaluation.worksheet.lines.get(view.result)
    if line is None or view.result in view.totals or line.unit == "USD":
        return None
    return overall(line.label, line.unit, [evaluation.value(view.result, row) for row in rows])


def overall(label: str, unit: str, contract_values: Sequence[Any]) -> Figure | None:
    """The mean of what many contracts have, or how many say yes; None of a text of another kind."""
    values = [value for value in contract_values if value is not None]
    if unit in {"flag", "text"}:
        if any(str(value).lower() not in {"yes", "no", "n/a", "true", "false"} for value in values):
            return None
        yes = sum(str(value).lower() in {"yes", "true"} for value in values)
        return f"{label}: yes", yes, "count"
    if not values:
        return f"{label}, mean", None, unit
    # Stars are shown in a form for half stars, which a mean need not be.
    mean = sum(map(Decimal, values), Decimal(0)) / len(values)
    return f"{label}, mean", mean, "" if unit == "stars" else unit
