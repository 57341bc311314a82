"""The best and the worst case of a contract: its own settlement at the ends of the ranges given.

Every combination of ends is settled; the best case is the highest result, the worst the lowest.
A contract is moved only by what its terms take: what changes nothing in it is left out, and said.
What is settled by a worksheet alone is settled exactly; other programs simulate, on floating-point
numbers rounded to cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from openvbc.errors import OpenvbcError
from openvbc.programs.contract_book.book_form import Cases
from openvbc.programs.contract_book.program_facts import program_facts
from openvbc.programs.contract_book.settled_entry import SettledEntry, SettledPart
from openvbc.programs.registry import program
from openvbc.programs.simulation import Choices, Range, Scenarios, Simulation, WhichRow
from openvbc.programs.worksheet_simulation import WorksheetSimulation

CENT = Decimal("0.01")


@dataclass(frozen=True)
class BestAndWorst:
    """The ends of what a contract may come to under the cases of the book (USD)."""

    best: Decimal
    worst: Decimal
    moved_by: tuple[str, ...]
    """The ranges that move it; none: it is as settled in every case."""


def best_and_worst(settled: SettledEntry, cases: Cases | None) -> BestAndWorst | None:
    """The ends over the parts of a contract, each at its own best and worst; None without cases."""
    if cases is None:
        return None
    ends = [_of_part(part, cases) for part in settled.parts]
    return BestAndWorst(
        sum((each.best for each in ends), Decimal(0)),
        sum((each.worst for each in ends), Decimal(0)),
        tuple(sorted({name for each in ends for name in each.moved_by})),
    )


def _of_part(part: SettledPart, cases: Cases) -> BestAndWorst:
    declared = program(part.program)
    if not declared.simulation:
        return BestAndWorst(part.amount, part.amount, ())
    simulation = declared.simulated()
    best = worst = Decimal(0)
    moved: set[str] = set()
    for row in part.rows:
        at = _Row(part, row, simulation)
        ranges = {name: ends for name, ends in _ends(cases).items() if at.takes(name, ends[0])}
        moved.update(ranges)
        amounts = [at.settled(dict(zip(ranges, ends, strict=True))) for ends in _corners(ranges)]
        best, worst = best + max(amounts), worst + min(amounts)
    if program_facts(part.program).sign < 0:
        best, worst = -worst, -best
    return BestAndWorst(best, worst, tuple(sorted(moved)))


def _ends(cases: Cases) -> dict[str, tuple[Decimal, Decimal]]:
    """The lower and the higher end of each range."""
    ends = {}
    for name, text in cases:
        if text is not None:
            low, _, high = str(text).partition("..")
            ends[name] = (Decimal(low), Decimal(high))
    return ends


def _corners(ranges: Mapping[str, tuple[Decimal, Decimal]]) -> Iterator[tuple[Decimal, ...]]:
    return product(*ranges.values())


@dataclass(frozen=True)
class _Row:
    """One settled row that can be settled again with its inputs moved."""

    part: SettledPart
    row: int
    simulation: Simulation

    def takes(self, name: str, end: Decimal) -> bool:
        """Whether the row's settlement has the value that a range moves."""
        try:
            self.settled({name: end})
        except OpenvbcError:
            return False
        return True

    def settled(self, moves: Mapping[str, Decimal]) -> Decimal:
        """The result with the row's inputs moved."""
        sheet, line = self.part.settlement.main, self.part.settlement.presentation.result
        if not moves:
            return Decimal(sheet.evaluation.value(line, self.row) or 0)
        if isinstance(self.simulation, WorksheetSimulation):
            inputs = {
                name: sheet.evaluation.value(name, self.row)
                for name in self.simulation.worksheet.inputs
            }
            rules = sheet.evaluation.rules
            return self.simulation.exact(self.part.folder, inputs, rules, moves)
        return self._simulated(moves)

    def _simulated(self, moves: Mapping[str, Decimal]) -> Decimal:
        sheet = self.part.settlement.main
        who = sheet.contracts[self.row]
        which = WhichRow(who.identifier, who.year, sheet.items[self.row] if sheet.items else None)
        ranges: dict[str, Any] = {n: Range(float(v), float(v)) for n, v in moves.items()}
        scenarios = Scenarios(1, 1, **ranges)
        draws = self.simulation.run(self.part.folder, which, scenarios, Choices(elections=False))
        amount = Decimal(repr(float(draws.outcomes[0].amounts[0])))
        return amount.quantize(CENT, ROUND_HALF_UP)
