"""Simulate a settled row by its own worksheet and the parameters it was settled by.

Spending, risk ratio and quality score of the scenarios move inputs of the worksheet that a program
names; what it does not name, or what the settled row does not have, would change nothing: it is
refused rather than ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.programs.simulation import (
    CHUNK,
    Choices,
    Outcome,
    Range,
    Scenarios,
    Simulated,
    WhichRow,
    check,
)
from openvbc.programs.stored_run import StoredRow, StoredRun, describe
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.line import NOT_NUMBERS
from openvbc.worksheets.kernel.worksheet import Worksheet

AS_SETTLED = "as settled"


@dataclass(frozen=True)
class WorksheetSimulation:
    """See :class:`openvbc.programs.simulation.Simulation`."""

    worksheet: Worksheet
    result: str
    """The line that is money."""
    spending: Sequence[str]
    """Inputs that the expenditure trend multiplies."""
    risk: Sequence[str] = ()
    """Inputs that the risk ratio multiplies."""
    quality: str = ""
    """The input that the quality score replaces."""
    volume: Sequence[str] = ()
    """Inputs that the volume multiplies."""
    label: str = AS_SETTLED
    quality_of: float = 1
    """What that input is for a quality score of one: 1, or 100 for one in points of a hundred."""
    takes: frozenset[str] = frozenset()
    """What of bundles can be moved: see :data:`openvbc.programs.simulation.OF_BUNDLES`."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """The row's own worksheet over the scenarios, by the parameters it was settled by."""
        row = self.settled_row(folder, which, scenarios, chosen)
        rules = StoredRun(folder).rules_in_force(row)
        amounts = self.amounts(row.values, rules, scenarios)
        return Simulated(title_of(row), [Outcome(self.label, amounts)])

    def settled_row(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> StoredRow:
        """The one row that is meant."""
        if chosen.overlays:
            raise InputError(
                "the parameters are those of the run; nothing can be laid over them",
                code="VBC-241",
            )
        check(scenarios, takes_volume=bool(self.volume), takes=self.takes)
        if chosen.categories and not self.takes:
            raise InputError(
                "contracts of this program have no categories to choose",
                action="leave the categories out",
                code="VBC-2143",
            )
        rows = StoredRun(folder).rows(MAIN, which.contract, which.year)
        if which.item is not None:
            wanted = which.item.lower()
            rows = [row for row in rows if str(row.values.get("item", "")).lower() == wanted]
        if len(rows) != 1:
            raise InputError(
                "the run holds several contracts",
                place=Place(str(folder)),
                rule=f"among them {describe(rows)}",
                action="say which: --contract IDENTIFIER, --year, --item",
                code="VBC-242",
            )
        return rows[0]

    def amounts(self, settled: Mapping[str, Any], rules: RuleSet, scenarios: Scenarios) -> Column:
        """The result of every scenario over the inputs of a settled row."""
        columns = [
            self.worksheet.evaluate(drawn, rules, numbers="float").column(self.result)
            for drawn in self._draws(settled, scenarios)
        ]
        return np.concatenate(columns)

    def exact(
        self,
        folder: Path,
        settled: Mapping[str, Any],
        rules: RuleSet,
        moves: Mapping[str, Decimal],
    ) -> Decimal:
        """The result over a settled row's inputs, moved by one value each, in exact numbers.

        Args:
            folder: of the run.
            settled: the inputs of the settled row.
            rules: the parameters it was settled by.
            moves: `expenditure_trend`, `risk_ratio` and `volume` as factors, `quality_score` as a
                ratio in place of the settled one.
        """
        moved = dict(settled)
        for word, names in self._moved_inputs().items():
            value = moves.get(word)
            if value is None:
                continue
            self._refuse_what_changes_nothing(settled, names, word.replace("_", " "))
            for name in names:
                if settled.get(name) is not None:
                    same = word == "quality_score"
                    factor = Decimal(str(self.quality_of)) if same else Decimal(settled[name])
                    moved[name] = value * factor
        return Decimal(self.worksheet.evaluate(moved, rules).value(self.result))

    def _moved_inputs(self) -> dict[str, Sequence[str]]:
        return {
            "expenditure_trend": self.spending,
            "risk_ratio": self.risk,
            "quality_score": (self.quality,),
            "volume": self.volume,
        }

    def _refuse_what_changes_nothing(
        self, base: Mapping[str, Any], names: Sequence[str], word: str
    ) -> None:
        if all(base.get(name) is None for name in names):
            raise InputError(
                f"the {word} changes nothing in this contract: no value of it is settled by it",
                action="leave the range out",
                code="VBC-243",
            )

    def _draws(self, settled: Mapping[str, Any], scenarios: Scenarios) -> Iterator[dict[str, Any]]:
        """The inputs, chunk by chunk; the same seed gives the same scenarios."""
        base = {
            each.name: settled[each.name]
            if each.unit in NOT_NUMBERS
            else _float(settled[each.name])
            for each in self.worksheet.inputs.values()
            if each.name in settled
        }
        moved: list[tuple[Range | None, Sequence[str], str]] = [
            (getattr(scenarios, word), names, word.replace("_", " "))
            for word, names in self._moved_inputs().items()
        ]
        for span, names, word in moved:
            if span:
                self._refuse_what_changes_nothing(base, names, word)
        generator = np.random.default_rng(scenarios.seed)
        for start in range(0, scenarios.count, CHUNK):
            count = min(CHUNK, scenarios.count - start)
            drawn: dict[str, Any] = {
                name: np.full(count, np.nan if value is None else value)
                if isinstance(value, float)
                else [value]
                for name, value in base.items()
            }
            for span, names, word in moved:
                if span is None:
                    continue
                value = span.draw(generator, count)
                for name in names:
                    if base.get(name) is not None:
                        same = word == "quality score"
                        drawn[name] = value * self.quality_of if same else drawn[name] * value
            yield drawn


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def title_of(row: StoredRow) -> str:
    """Whose row it is, in words."""
    words = (row.values.get(key) for key in ("contract", "year", "group", "item"))
    return " · ".join(str(word) for word in words if word)
