"""Simulate a bundle contract: discount, readmissions, skilled nursing days, choice of categories.

What moves the account's totals is its episodes: the discount that each target holds, the spending
of readmissions and of skilled nursing in each, held within the limits of its cell, and which
categories are taken part in. Those of a run from claims are read from its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.programs.bundles.episode_moves import EpisodeMove, read_episodes
from openvbc.programs.simulation import (
    Choices,
    Outcome,
    Scenarios,
    Simulated,
    WhichRow,
)
from openvbc.programs.stored_run import StoredRow, StoredRun
from openvbc.programs.worksheet_simulation import WorksheetSimulation, title_of
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.line import Input
from openvbc.worksheets.kernel.worksheet import Worksheet

OF_EPISODES = ("discount", "readmissions", "skilled_nursing_days")
DISCOUNT = "discount"


@dataclass(frozen=True)
class Target:
    """A total of targets: the account's input, the line of an episode, and its discount."""

    total: str
    line: str
    discount: str
    """An input or a parameter of the episode's worksheet; empty where it holds none."""


@dataclass(frozen=True)
class BundleSimulation(WorksheetSimulation):
    """See :class:`openvbc.programs.simulation.Simulation`."""

    targets: Sequence[Target] = ()
    """Where none holds a discount, it is a parameter of the account itself."""
    spent: tuple[str, str] = ("total_spending", "settled_spending")
    """The account's input of spending, and the line of an episode it adds up."""
    takes: frozenset[str] = field(default=frozenset(OF_EPISODES))

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """The settled row over the scenarios; with categories chosen also without the others."""
        row = self.settled_row(folder, which, scenarios, chosen)
        rules = StoredRun(folder).rules_in_force(row)
        outcomes = [
            Outcome(label, self.amounts(values, rules, scenarios))
            for label, values in self.choices_of(folder, row, scenarios, chosen)
        ]
        return Simulated(title_of(row), outcomes, self.caveats(scenarios))

    def caveats(self, scenarios: Scenarios) -> list[str]:
        """What a reader must know of what was moved."""
        if any(getattr(scenarios, name) for name in OF_EPISODES[1:]):
            return [
                "Readmissions and skilled nursing are moved as spending of the settled episodes, "
                "each within the limits of its cell; limits and prices stay as they are."
            ]
        return []

    def choices_of(
        self, folder: Path, row: StoredRow, scenarios: Scenarios, chosen: Choices
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The row as settled, and with the categories chosen alone."""
        asked = any(getattr(scenarios, name) for name in OF_EPISODES)
        needs = (asked and not self._of_the_account(scenarios)) or bool(chosen.categories)
        moves = read_episodes(folder, row, self.targets, self.spent[1]) if needs else []
        if not chosen.categories:
            yield self.label, {**row.values, "episodes moved": moves}
            return
        yield self.label, {**row.values, "episodes moved": moves}
        wanted = {name.strip().lower() for name in chosen.categories}
        known = {move.category for move in moves if move.category}
        if strange := sorted(wanted - {name.lower() for name in known}):
            raise InputError(
                f"{strange[0]} is no category of the settled episodes",
                place=Place(str(folder), column="categories"),
                rule="settled are: " + ", ".join(sorted(known)),
                action="name categories as the run's table 'episode' does, with semicolons between",
                code="VBC-2140",
            )
        kept = [move for move in moves if move.category.lower() in wanted]
        totals = {"episodes": float(len(kept)), self.spent[0]: sum(m.settled for m in kept)}
        for at, target in enumerate(self.targets):
            if row.values.get(target.total) is not None:
                totals[target.total] = sum(m.targets[at] or 0.0 for m in kept)
        label = "only " + "; ".join(sorted({move.category for move in kept}))
        yield label, {**row.values, **totals, "episodes moved": kept}

    def _of_the_account(self, scenarios: Scenarios) -> bool:
        only = scenarios.discount and not (scenarios.readmissions or scenarios.skilled_nursing_days)
        return bool(only and self._account_has_discount)

    @property
    def _account_has_discount(self) -> bool:
        return not any(target.discount for target in self.targets)

    def amounts(self, settled: Mapping[str, Any], rules: RuleSet, scenarios: Scenarios) -> Column:
        """The result of every scenario over the inputs of a settled row."""
        if not (scenarios.discount and self._account_has_discount):
            return super().amounts(settled, rules, scenarios)
        worksheet = with_given(self.worksheet, DISCOUNT)
        columns = [
            worksheet.evaluate(drawn, rules, numbers="float").column(self.result)
            for drawn in self._draws(settled, scenarios)
        ]
        return np.concatenate(columns)

    def _draws(self, settled: Mapping[str, Any], scenarios: Scenarios) -> Iterator[dict[str, Any]]:
        moves: Sequence[EpisodeMove] = settled.get("episodes moved") or ()
        generator = np.random.default_rng([scenarios.seed, len(OF_EPISODES)])
        base = {n: v for n, v in settled.items() if n != "episodes moved"}
        for drawn in super()._draws(base, scenarios):
            count = max(len(column) for column in drawn.values())
            spans = {name: getattr(scenarios, name) for name in OF_EPISODES}
            factors = {n: span.draw(generator, count) for n, span in spans.items() if span}
            self._move(drawn, base, moves, factors)
            yield drawn

    def _move(
        self,
        drawn: dict[str, Any],
        base: Mapping[str, Any],
        moves: Sequence[EpisodeMove],
        factors: Mapping[str, Column],
    ) -> None:
        if (discount := factors.get(DISCOUNT)) is not None:
            if self._account_has_discount:
                drawn[DISCOUNT] = discount
            for at, target in enumerate(self.targets):
                if not target.discount or base.get(target.total) is None:
                    continue
                undiscounted = sum(move.undiscounted[at] or 0.0 for move in moves)
                drawn[target.total] *= (1 - discount) * undiscounted / float(base[target.total])
        parts = {n: factors[n] for n in OF_EPISODES[1:] if n in factors}
        if parts:
            _refuse_what_changes_nothing(moves, parts)
            added = sum_of_moves(moves, parts)
            drawn[self.spent[0]] *= 1 + added / float(base[self.spent[0]])


def sum_of_moves(moves: Sequence[EpisodeMove], factors: Mapping[str, Column]) -> Column:
    """What the episodes cost more under factors on their parts, a value a scenario."""
    readmitted = factors.get("readmissions")
    nursing = factors.get("skilled_nursing_days")
    first = readmitted if readmitted is not None else nursing
    assert first is not None
    total = np.zeros(len(first))
    for move in moves:
        change = np.zeros(len(first))
        if readmitted is not None and move.readmissions:
            change = change + (readmitted - 1) * move.readmissions
        if nursing is not None and move.nursing:
            change = change + (nursing - 1) * move.nursing
        if move.readmissions or move.nursing:
            total += move.settled_change(change)
    return total


def _refuse_what_changes_nothing(moves: Sequence[EpisodeMove], parts: Mapping[str, Any]) -> None:
    spent = {
        "readmissions": sum(move.readmissions for move in moves),
        "skilled_nursing_days": sum(move.nursing for move in moves),
    }
    for name in parts:
        if not spent[name]:
            raise InputError(
                f"the range of {name.replace('_', ' ')} changes nothing: no settled episode has "
                "spending of it",
                rule="what an episode is made of is known of a run from claims",
                action="leave the range out",
                code="VBC-2144",
            )


def with_given(worksheet: Worksheet, name: str) -> Worksheet:
    """The worksheet with a parameter as an input, so that scenarios can move it."""
    return Worksheet(
        worksheet.name,
        worksheet.title,
        [*worksheet.inputs.values(), Input(name, "ratio", name)],
        [each for each in worksheet.parameters if each != name],
        list(worksheet.lines.values()),
    )
