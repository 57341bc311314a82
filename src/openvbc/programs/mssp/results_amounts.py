"""Benchmark, expenditures and their difference: of one unit, and which of them counts."""

from __future__ import annotations

from decimal import Decimal

from openvbc.errors import SetAside
from openvbc.programs.mssp.results_row import ResultsRow
from openvbc.programs.mssp.results_rules import expenditures_of_benchmark
from openvbc.rules.load import RuleSet


def expenditures(row: ResultsRow) -> Decimal:
    """Expenditures such that benchmark less expenditures is the printed difference.

    The three are rounded to the dollar each on its own; the payment follows the difference. Where
    they disagree by more than rounding, the printed expenditures stand.
    """
    benchmark, printed = row.settling("benchmark"), row.settling("expenditures")
    difference = row.amount("gross_savings")
    if difference is None or disagrees(row):
        return printed
    return benchmark - difference


def disagrees(row: ResultsRow) -> bool:
    """Whether the printed difference is another than that of the printed amounts."""
    difference = row.amount("gross_savings")
    computed = row.settling("benchmark") - row.settling("expenditures")
    return difference is not None and abs(computed - difference) > 1


def another_unit(row: ResultsRow, rules: RuleSet) -> SetAside | None:
    """Why a row is set aside whose expenditures and benchmark cannot be of one unit."""
    believed = expenditures_of_benchmark(rules)
    if believed.holds(row.settling("expenditures") / row.settling("benchmark")):
        return None
    expected = f"expenditures over benchmark: expected {believed}"
    return SetAside("value cannot be meant", row.printed_at("expenditures"), expected)
