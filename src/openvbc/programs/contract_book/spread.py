"""The spread of a book: every contract over its own draws, and what they come to together.

Contracts are drawn independently of each other, each with a seed of its own; that the same bad year
may hit all of them is what the worst case of the book is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from openvbc.errors import EmptyResult, InputError
from openvbc.programs.contract_book.program_facts import program_facts
from openvbc.programs.contract_book.settle import SettledBook
from openvbc.programs.contract_book.settled_entry import SettledPart
from openvbc.programs.registry import program
from openvbc.programs.simulation import Choices, Outcome, Range, Scenarios, WhichRow
from openvbc.worksheets.kernel.arithmetic import Column

ALL = "all contracts"
_RANGES = ("expenditure_trend", "risk_ratio", "quality_score", "volume")


def spread(settled: SettledBook, scenarios: Scenarios) -> tuple[list[Outcome], list[str]]:
    """The outcomes of all contracts together and of each, and what does not vary.

    Raises:
        InputError: no range is given.
        EmptyResult: no contract of the book varies by any range given.
    """
    if not scenarios.varies:
        raise InputError(
            "nothing of the book varies",
            action="give a range: expenditure trend, risk ratio, quality score or volume",
            code="VBC-9028",
        )
    each: list[Outcome] = []
    still: list[str] = []
    for number, line in enumerate(settled.lines):
        own = replace(scenarios, seed=scenarios.seed + 1000 * number)
        amounts = np.zeros(scenarios.count)
        varies = False
        for part in line.settled.parts:
            drawn = _of_part(part, own)
            varies |= drawn is not None
            amounts = amounts + (float(part.amount) if drawn is None else drawn)
        each.append(Outcome(line.contract, amounts))
        if not varies:
            still.append(line.contract)
    if len(still) == len(each):
        raise EmptyResult(
            "no contract of the book varies by the ranges given",
            rule="a range moves a contract only where its terms take what it moves",
            action="give another range",
            code="VBC-9029",
        )
    total = np.sum([outcome.amounts for outcome in each], axis=0)
    said = [f"As settled in every scenario: {', '.join(still)}."] if still else []
    return [Outcome(ALL, total), *each], said


def _of_part(part: SettledPart, scenarios: Scenarios) -> Column | None:
    """The amounts of a part over the scenarios; None where no range moves it."""
    declared = program(part.program)
    if not declared.simulation:
        return None
    simulation: Any = declared.simulated()
    who = part.settlement.main.contracts
    items = part.settlement.main.items
    total: Column | None = None
    for row in part.rows:
        which = WhichRow(who[row].identifier, who[row].year, items[row] if items else None)
        own = _only_what_moves(
            simulation, part, which, replace(scenarios, seed=scenarios.seed + row)
        )
        if own is None:
            return None
        draws = simulation.run(part.folder, which, own, Choices(elections=False))
        amounts = draws.outcomes[0].amounts
        total = amounts if total is None else total + amounts
    return None if total is None else total * program_facts(part.program).sign


def _only_what_moves(
    simulation: Any, part: SettledPart, which: WhichRow, scenarios: Scenarios
) -> Scenarios | None:
    """The scenarios without the ranges that change nothing in this row; None where none is left."""
    kept: Sequence[str] = []
    for name in _RANGES:
        span: Range | None = getattr(scenarios, name)
        if span is None:
            continue
        alone = Scenarios(1, 1, **{name: span})
        try:
            simulation.run(part.folder, which, alone, Choices(elections=False))
        except InputError:
            continue
        kept = [*kept, name]
    if not kept:
        return None
    ranges: dict[str, Any] = {n: getattr(scenarios, n) for n in _RANGES if n in kept}
    return Scenarios(scenarios.count, scenarios.seed, **ranges)
