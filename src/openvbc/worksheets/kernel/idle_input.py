"""Which inputs that were given decide no result of a worksheet, whatever the numbers beside them.

A fact that is given and moves nothing is said, never left unsaid: whoever wrote it believes that it
counts. Whether it counts is asked of the worksheet itself, over scenarios of the numbers that are
not facts of the contract (spending well below and above the benchmark, few people and many).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import KEY_UNITS, Worksheet

SIZES = (Decimal(0), Decimal("0.5"), Decimal("0.9"), Decimal("1.1"), Decimal(2))
"""Times its own size, by which a number is varied to see whether a fact beside it counts."""


def idle_inputs(
    worksheet: Worksheet,
    rules: RuleSet,
    inputs: Mapping[str, Any],
    neutral: Mapping[str, Any],
    scenarios: Mapping[str, Sequence[Any]],
    results: Sequence[str],
) -> list[str]:
    """The names of `neutral` whose given value changes none of `results` in any scenario.

    Args:
        inputs: one value an input, as given.
        neutral: by input, what it is where nothing is given; asked in this order, and one found
            idle stays neutral while the next is asked, so that of two facts of which either
            suffices the later counts.
        scenarios: by input, its values; the n-th values of all make the n-th scenario.
        results: lines, the end of the worksheet: one on the way may change and lead nowhere.
    """
    idle_names: list[str] = []
    asked = {**inputs, **scenarios}
    count = max(len(values) for values in scenarios.values())
    before = _values(worksheet.evaluate(asked, rules), results, count)
    for name, nothing in neutral.items():
        if inputs.get(name) == nothing:
            continue
        without = asked | {name: nothing}
        after = _values(worksheet.evaluate(without, rules), results, count)
        if after == before:
            idle_names.append(name)
            asked = without
    return idle_names


def idle_in_row(
    evaluation: Evaluation, row: int, facts: Sequence[str], results: Sequence[str]
) -> list[str]:
    """Of a row that was settled, the facts that are given and change none of `results`.

    Whether they are left out or say something else. Tried over scenarios in which every number
    beside the fact, one after another, is smaller and larger than it is.

    Args:
        evaluation: the worksheet as it was computed.
        row: the row.
        facts: inputs that may be left out; those the row does not give are passed over, and those
            that say what is taken where nothing is said.
        results: lines, the end of the worksheet.
    """
    sheet = evaluation.worksheet
    inputs = {name: evaluation.value(name, row) for name in sheet.inputs}
    missing = {name: sheet.inputs[name].missing for name in facts}
    neutral = {
        name: nothing for name, nothing in missing.items()
        if inputs[name] is not None and inputs[name] != nothing
    }  # fmt: skip
    numbers = [
        name for name, value in inputs.items()
        if isinstance(value, Decimal) and value and sheet.inputs[name].unit not in KEY_UNITS
    ]  # fmt: skip
    steps = len(numbers) * len(SIZES)
    scenarios = {
        name: [
            inputs[name] * (SIZES[step % len(SIZES)] if step // len(SIZES) == at else 1)
            for step in range(steps)
        ] + [inputs[name]]
        for at, name in enumerate(numbers)
    }  # fmt: skip
    idle_facts: list[str] = []
    for name, nothing in neutral.items():
        beside = {each: values for each, values in scenarios.items() if each != name}
        others = [nothing, *other_values(inputs[name])]
        if beside and all(
            idle_inputs(sheet, evaluation.rules, inputs, {name: other}, beside, results)
            for other in others
            if other != inputs[name]
        ):
            idle_facts.append(name)
            inputs[name] = nothing
            scenarios = beside
    return idle_facts


def other_values(value: Any) -> list[Any]:
    """What a fact might have said instead."""
    if isinstance(value, bool):
        return [not value]
    return [value * size for size in SIZES] if isinstance(value, Decimal) else []


def note_of_idle(names: Sequence[str], when: str, under: str) -> list[str]:
    """What a reader is told of facts that are given and decide nothing; nothing where all do."""
    if not names:
        return []
    return [
        f"Given, and of no effect in {when} under {under}, whatever the spending: "
        f"{', '.join(names)}."
    ]


def _values(evaluation: Evaluation, results: Sequence[str], count: int) -> list[list[Any]]:
    return [
        [str(evaluation.refused[row])]
        if row in evaluation.refused
        else [evaluation.value(name, row) for name in results]
        for row in range(count)
    ]
