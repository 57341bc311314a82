"""What a capitation contract could pay or owe: spending, risk, quality, and other terms.

Where a run is from claims, what specific stop-loss recovers follows the spending of each member and
the terms of the what-if: claims that grow by two percent bring more than two percent more above a
deductible. From totals it stays as it was given, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.engine.reading import reading
from openvbc.errors import ContractError, Place
from openvbc.programs.simulation import Choices, Outcome, Scenarios, Simulated, WhichRow
from openvbc.programs.stored_run import StoredRun
from openvbc.programs.terms.agreed import INSTEAD_OF, value_agreed
from openvbc.programs.terms.catalogue import catalogue
from openvbc.programs.terms.changed import ChangedTerms, read_changed_terms
from openvbc.programs.worksheet_simulation import WorksheetSimulation, title_of
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import Column

CENT = Decimal("0.01")
EXPENSE = "member_expense"
"""The table of a run from claims that knows each member's expense."""
SPENDING, RECOVERED = "incurred_medical_expense", "stop_loss_recoveries"
SPECIFIC = ("stop_loss_deductible", "stop_loss_share")
STAYS = (
    "What specific stop-loss recovers stays as given: a run from totals does not know the members."
)


@dataclass(frozen=True)
class MembersAtRisk:
    """Expense at risk of each member and the deductible it is held against (USD)."""

    at_risk: NDArray[np.float64]
    deductible: NDArray[np.float64]
    has_own: NDArray[np.bool_]
    """Whether the deductible is the member's own (laser)."""
    share: float

    def with_terms(self, deductible: float | None, share: float | None) -> MembersAtRisk:
        """The same members under another deductible of the contract, or another share."""
        other = self.deductible
        if deductible is not None:
            other = np.where(self.has_own, self.deductible, deductible)
        return replace(self, deductible=other, share=self.share if share is None else share)

    def recovered(self, factor: Column) -> Column:
        """What is recovered where every member's expense is so many times what it was."""
        reaches = np.divide(
            self.deductible, self.at_risk,
            out=np.full_like(self.at_risk, np.inf), where=self.at_risk > 0,
        )  # fmt: skip
        order = np.argsort(reaches)
        above = np.searchsorted(reaches[order], factor, side="left")
        expense = np.concatenate([[0.0], np.cumsum(self.at_risk[order])])
        kept = np.concatenate([[0.0], np.cumsum(self.deductible[order])])
        recovered: Column = (factor * expense[above] - kept[above]) * self.share
        return recovered


@dataclass(frozen=True)
class CapitationSimulation(WorksheetSimulation):
    """See :class:`openvbc.programs.simulation.Simulation`."""

    takes_terms: bool = True

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """As agreed, and with the terms of a what-if where one is given."""
        row = self.settled_row(folder, which, scenarios, chosen)
        rules = StoredRun(folder).rules_in_force(row)
        members = members_at_risk(folder)
        outcomes = [Outcome(self.label, self._drawn(row.values, rules, scenarios, members))]
        caveats = [STAYS] if members is None and row.values.get(RECOVERED) else []
        if chosen.what_if is not None:
            changed = read_changed_terms(chosen.what_if, "capitation")
            other = _other_rules(rules, changed, self.worksheet.parameters)
            moved = _other_members(members, changed)
            amounts = self._drawn(row.values, other, scenarios, moved)
            outcomes.append(Outcome(changed.title, amounts))
        return Simulated(title_of(row), outcomes, caveats)

    def exact(
        self,
        folder: Path,
        settled: Mapping[str, Any],
        rules: RuleSet,
        moves: Mapping[str, Decimal],
    ) -> Decimal:
        """As of every worksheet; what specific stop-loss recovers follows the members' spending."""
        trend = moves.get("expenditure_trend")
        if trend is not None and (rows := _members(folder)):
            recovered = sum((_recovered(row, trend) for row in rows), Decimal(0))
            settled = {**settled, RECOVERED: recovered}
        return super().exact(folder, settled, rules, moves)

    def _drawn(
        self,
        settled: Mapping[str, Any],
        rules: RuleSet,
        scenarios: Scenarios,
        members: MembersAtRisk | None,
    ) -> Column:
        columns = []
        for drawn in self._draws(settled, scenarios):
            if members is not None:
                factor = drawn[SPENDING] / float(settled[SPENDING] or 1)
                drawn[RECOVERED] = members.recovered(factor)
            evaluation = self.worksheet.evaluate(drawn, rules, numbers="float")
            columns.append(evaluation.column(self.result))
        return np.concatenate(columns)


def members_at_risk(folder: Path) -> MembersAtRisk | None:
    """The members of a run from claims with specific stop-loss; None where there are none."""
    rows = _members(folder)
    if not rows:
        return None
    return MembersAtRisk(
        np.array([float(row["at_risk"]) for row in rows]),
        np.array([float(row["stop_loss_deductible"]) for row in rows]),
        np.array([bool(row["has_own_deductible"]) for row in rows]),
        float(rows[0]["stop_loss_share"]),
    )


def _members(folder: Path) -> list[dict[str, Any]]:
    """Members with a deductible; none where the run is from totals, or agreed on no stop-loss."""
    from openvbc.run import Run

    run = Run.open(folder)
    if EXPENSE not in run.manifest.steps:
        return []
    with reading() as engine:
        run.register(engine, EXPENSE)
        return engine.rows(
            "select at_risk, stop_loss_deductible, stop_loss_share, has_own_deductible"
            f" from {EXPENSE} where stop_loss_deductible is not null"
        )


def _recovered(row: Mapping[str, Any], trend: Decimal) -> Decimal:
    """What is recovered of a member whose expense is so many times what it was, to the cent."""
    above: Decimal = max(row["at_risk"] * trend - row["stop_loss_deductible"], Decimal(0))
    return (above * Decimal(row["stop_loss_share"])).quantize(CENT, ROUND_HALF_UP)


def _other_members(members: MembersAtRisk | None, changed: ChangedTerms) -> MembersAtRisk | None:
    asked = [name for name in SPECIFIC if name in changed.terms]
    if not asked:
        return members
    if members is None:
        raise ContractError(
            f"{asked[0]} changes nothing here: the run does not know its members' expense",
            place=Place(changed.file, None, asked[0]),
            rule="specific stop-loss is of each member: a run from claims with such a clause",
            action="leave the term out, or run the contract from claims with it",
            code="VBC-11995",
        )
    deductible, share = (changed.terms.get(name) for name in SPECIFIC)
    return members.with_terms(
        None if deductible is None else float(deductible), None if share is None else float(share)
    )


def _other_rules(rules: RuleSet, changed: ChangedTerms, known: Sequence[str]) -> RuleSet:
    """The terms in force with those of the what-if in their place."""
    for name, value in changed.terms.items():
        if name in SPECIFIC:
            continue
        if name not in known:
            raise ContractError(
                f"{name} cannot be changed in a settled year",
                place=Place(changed.file, None, name),
                rule=f"these can: {', '.join(sorted({*known, *SPECIFIC} - set(INSTEAD_OF)))}",
                action="change it in the contract and run again",
                code="VBC-11996",
            )
        term = catalogue("capitation")[name]
        rules = rules.what_if(name, value_agreed(term, value), changed.title)
    return rules
