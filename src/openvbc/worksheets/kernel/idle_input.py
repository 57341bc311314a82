"""Which inputs that were given decide no result of a worksheet, whatever the numbers beside them.

A fact that is given and moves nothing is said, never left unsaid: whoever wrote it believes that it
counts. Whether it counts is asked of the worksheet itself, over scenarios of the numbers that are
not facts of the contract (spending well below and above the benchmark, few people and many).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet


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
    found: list[str] = []
    asked = {**inputs, **scenarios}
    count = max(len(values) for values in scenarios.values())
    before = _values(worksheet.evaluate(asked, rules), results, count)
    for name, nothing in neutral.items():
        if inputs.get(name) == nothing:
            continue
        without = asked | {name: nothing}
        after = _values(worksheet.evaluate(without, rules), results, count)
        if after == before:
            found.append(name)
            asked = without
    return found


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
