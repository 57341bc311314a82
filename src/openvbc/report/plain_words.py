"""The result of a contract in one plain sentence, the same in report and app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.format import show
from openvbc.programs.settlement import Settlement

Sentence = tuple[str, str]
"""What is said, and its tone: good, loss, info or warning."""


def sentence_of(settlement: Settlement, row: int = 0) -> Sentence:
    """The sentence for a row of a settlement's main sheet."""
    sheet, view = settlement.main, settlement.presentation
    evaluation = sheet.evaluation
    label, unit = sheet.labelled(view.result)
    wanted = ["savings_rate", "minimum_savings_rate", *(name for name, _ in view.waterfall[-1:])]
    known = evaluation.columns
    values = {name: evaluation.value(name, row) for name in wanted if name in known}
    values[view.result] = evaluation.value(view.result, row)
    contract = sheet.contracts[row]
    return in_plain_words(
        values | {"contract": contract.identifier, "year": contract.year},
        view.result,
        label,
        unit,
        earned=view.waterfall[-1][0] if view.waterfall else None,
        is_final=settlement.is_final,
    )


def in_plain_words(
    values: Mapping[str, Any], result: str, label: str, unit: str, *, earned: str | None,
    is_final: bool,
) -> Sentence:  # fmt: skip
    """The sentence for the values of a row, those of a what-if answer for example.

    Args:
        values: the row's values by line; `contract` and `year` say whose they are.
        result, label, unit: the line that is settled, as people call it.
        earned: the line a waterfall ends with, which is less than what is due where advances are
            taken back; None where there is none.
        is_final: whether the year is over; before, nothing is said of a payment.
    """
    value = values.get(result)
    who, year = values.get("contract") or "The contract", values.get("year")
    if not is_final:
        return (
            f"{year} is not over: no savings and no payment yet. {label}: {show(value, unit)}."
        ), "warning"
    if not isinstance(value, Decimal) or unit != "USD":
        return f"{who}, {year}: {label} {show(value, unit)}.", "info"
    why = _why(values)
    if value > 0:
        return f"{who} earns {show(value, unit)} for {year}.{why}", "good"
    made = values.get(earned) if earned and earned != result else None
    if value < 0 and isinstance(made, Decimal) and made >= 0:
        return (
            f"{who} owes {show(-value, unit)} for {year}, though the year earned "
            f"{show(made, unit)}: what was paid in advance is taken back.{why}"
        ), "warning"
    if value < 0:
        return f"{who} owes {show(-value, unit)} for {year}.{why}", "loss"
    return f"{who} neither earns nor owes anything for {year}.{why}", "info"


def together_in_words(
    values: Sequence[Any], label: str, unit: str, units: str, *, is_final: bool
) -> Sentence | None:
    """The sentence for many contracts: how many earn and owe, how much, and what is left.

    Args:
        values: what each came to; those without a result have None and are counted as such.
        label, unit: the line that is settled.
        units: what several of them are called: hospitals, practices.
        is_final: whether the year is over.

    Returns:
        None where the result is not in dollars: such results are not added up.
    """
    if unit != "USD":
        return None
    if not is_final:
        return "The year is not over: no savings and no payment yet.", "warning"
    money = [value for value in values if isinstance(value, Decimal)]
    parts = []
    for word, side in (
        ("earn", [value for value in money if value > 0]),
        ("owe", [-value for value in money if value < 0]),
    ):
        if side:
            does = f"{word}s" if len(side) == 1 else word
            parts.append(f"{len(side):,} {does} {show(sum(side, Decimal(0)), unit)}")
    if neither := sum(value == 0 for value in money):
        parts.append(f"{neither:,} neither")
    if without := len(values) - len(money):
        parts.append(f"{without:,} {'has' if without == 1 else 'have'} no result")
    together = sum(money, Decimal(0))
    said = (
        f"Of {len(values):,} {units} {', '.join(parts)}. {label}, together: {show(together, unit)}."
    )
    return said, "good" if together > 0 else "loss" if together < 0 else "info"


def _why(values: Mapping[str, Any]) -> str:
    """Spending against the benchmark and the rate to be reached, where the sheet has them."""
    rate, minimum = values.get("savings_rate"), values.get("minimum_savings_rate")
    if not isinstance(rate, Decimal):
        return ""
    side = "below" if rate >= 0 else "above"
    text = f" Spending was {show(abs(rate), 'ratio')} {side} the benchmark"
    if isinstance(minimum, Decimal):
        text += f"; {show(minimum, 'ratio')} had to be reached for it to count"
    return f"{text}."
