"""Simulate a settled row by its own worksheet and the parameters it was settled by.

Spending, risk ratio and quality score of the scenarios move inputs of the worksheet that a program
names; what it does not name, or what the settled row does not have, would change nothing: it is
refused rather than ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.programs.simulation import (
    CHUNK,
    Choices,
    Outcome,
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
        check(scenarios, takes_volume=bool(self.volume))
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
        found = [
            self.worksheet.evaluate(drawn, rules, numbers="float").column(self.result)
            for drawn in self._draws(settled, scenarios)
        ]
        return np.concatenate(found)

    def _draws(self, settled: Mapping[str, Any], scenarios: Scenarios) -> Iterator[dict[str, Any]]:
        """The inputs, chunk by chunk; the same seed gives the same scenarios."""
        base = {
            each.name: settled[each.name]
            if each.unit in NOT_NUMBERS
            else _float(settled[each.name])
            for each in self.worksheet.inputs.values()
            if each.name in settled
        }
        moved = [
            (scenarios.expenditure_trend, self.spending, "expenditure trend"),
            (scenarios.risk_ratio, self.risk, "risk ratio"),
            (scenarios.quality_score, (self.quality,), "quality score"),
            (scenarios.volume, self.volume, "volume"),
        ]
        for span, names, word in moved:
            if span and all(base.get(name) is None for name in names):
                raise InputError(
                    f"the {word} changes nothing in this contract: no value of it is settled by it",
                    action="leave the range out",
                    code="VBC-243",
                )
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
