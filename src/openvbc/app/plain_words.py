"""The result of a contract in one plain sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openvbc.app.opened import OpenedRun
from openvbc.format import show
from openvbc.programs.run_folder import MAIN


def result_in_words(opened: OpenedRun, row: int) -> tuple[str, str]:
    """Sentence and tone (good, loss, info, warning) of a settled row."""
    assert opened.stored is not None
    return in_plain_words(opened, opened.row(MAIN, row).values)


def in_plain_words(opened: OpenedRun, values: Any) -> tuple[str, str]:
    """The same for values that may be another's, of a what-if answer for example."""
    assert opened.stored is not None
    kept = opened.stored.worksheets
    result = kept["result"]
    item = opened.described(MAIN, result)
    value, unit = values.get(result), item["unit"]
    who, year = values.get("contract") or "The contract", values.get("year")
    if not kept.get("is_final", True):
        benchmark = f"{item['label']}: {show(value, unit)}"
        return f"{year} is not over: no savings and no payment yet. {benchmark}.", "warning"
    if not isinstance(value, Decimal) or unit != "USD":
        return f"{who}, {year}: {item['label']} {show(value, unit)}.", "info"
    why = _why(values)
    if value > 0:
        return f"{who} earns {show(value, unit)} for {year}.{why}", "good"
    waterfall = kept.get("waterfall") or ()
    earned = values.get(waterfall[-1][0]) if waterfall and waterfall[-1][0] != result else None
    if value < 0 and isinstance(earned, Decimal) and earned >= 0:
        return (
            f"{who} owes {show(-value, unit)} for {year}, though the year earned "
            f"{show(earned, unit)}: what was paid in advance is taken back.{why}"
        ), "warning"
    if value < 0:
        return f"{who} owes {show(-value, unit)} for {year}.{why}", "loss"
    return f"{who} neither earns nor owes anything for {year}.{why}", "info"


def _why(values: Any) -> str:
    """Spending against the benchmark and the rate to be reached, where the sheet has them."""
    rate, minimum = values.get("savings_rate"), values.get("minimum_savings_rate")
    if not isinstance(rate, Decimal):
        return ""
    side = "below" if rate >= 0 else "above"
    text = f" Spending was {show(abs(rate), 'ratio')} {side} the benchmark"
    if isinstance(minimum, Decimal):
        text += f"; {show(minimum, 'ratio')} had to be reached for it to count"
    return f"{text}."
