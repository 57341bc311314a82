"""Benchmark, expenditures and their difference: of one unit, and which of them counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from openvbc.errors import SetAside
from openvbc.programs.mssp.results_row import ColumnsOfRows, ResultsRow, ResultsTable
from openvbc.programs.mssp.results_rules import expenditures_of_benchmark
from openvbc.rules.load import RuleSet


def disagreeing(table: ResultsTable) -> int:
    """How many rows of a file print another difference than that of the printed amounts."""
    columns = ColumnsOfRows(table.rows)
    names = ("benchmark", "expenditures", "gross_savings")
    return sum(map(_disagree, *map(columns.numbers, names)))


def _disagree(benchmark: Any, printed: Any, difference: Any) -> bool:
    return difference is not None and abs(benchmark - printed - difference) > 1


class Amounts(NamedTuple):
    """The three amounts of a row, in dollars."""

    benchmark: Decimal
    printed: Decimal
    """Expenditures as printed."""
    difference: Decimal | None
    """Benchmark less expenditures as printed."""

    @property
    def expenditures(self) -> Decimal:
        """Expenditures such that benchmark less expenditures is the printed difference.

        The three are rounded to the dollar each on its own; the payment follows the difference.
        Where they disagree by more than rounding, the printed expenditures stand.
        """
        if self.difference is None or _disagree(*self):
            return self.printed
        return self.benchmark - self.difference

    def in_another_unit(self, row: ResultsRow, rules: RuleSet) -> SetAside | None:
        """Why a row is set aside whose expenditures and benchmark cannot be of one unit."""
        believed = expenditures_of_benchmark(rules)
        if believed.holds(self.printed / self.benchmark):
            return None
        expected = f"expenditures over benchmark: expected {believed}"
        return SetAside("value cannot be meant", row.printed_at("expenditures"), expected)
