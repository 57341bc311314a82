"""Where each input of a settlement from results files comes from: the file, or what it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.programs.mssp.results_row import ColumnsOfRows, ResultsRow
from openvbc.worksheets.kernel.evaluation import DERIVED, PRINTED

NUMBERS = {
    "assigned_beneficiaries": "assigned_beneficiaries",
    "updated_benchmark_expenditures": "benchmark",
    "performance_year_expenditures": "expenditures",
    "quality_score": "quality_score",
    "extreme_circumstances_amount": "extreme_circumstances",
    "advance_investment_balance": "advance_investment_balance",
}
"""Inputs that are a printed number as long as they are equal to it."""

READ_AS_PRINTED = frozenset(
    {
        "performance_year",
        "agreement_start",
        "revenue_category",
        "guardrail_applied",
        "reporting_incentive_met",
        "first_year_standard_met",
        "alternative_standard_met",
        "loss_limit_used",
    }
)
"""Inputs that stand in the file as they are; all others are derived from it."""


def origins(
    rows: Sequence[ResultsRow], given: Mapping[str, Sequence[Any]]
) -> dict[str, Sequence[str]]:
    """For each input the origin of each row's value."""
    columns = ColumnsOfRows(rows)
    origins_by_input: dict[str, Sequence[str]] = {}
    for name, values in given.items():
        if name in NUMBERS:
            printed = columns.numbers(NUMBERS[name])
            origins_by_input[name] = [
                PRINTED if cell is not None and (cell is value or abs(cell) == value) else DERIVED
                for cell, value in zip(printed, values, strict=True)
            ]
        elif name == "track":
            origins_by_input[name] = [PRINTED if row.tracks else DERIVED for row in rows]
        else:
            origins_by_input[name] = [PRINTED if name in READ_AS_PRINTED else DERIVED] * len(rows)
    return origins_by_input
