"""What an entity's year from claims could pay or owe: spending, risk and quality in ranges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.programs.reach.settling import RESULT
from openvbc.programs.simulation import Choices, Scenarios, WhichRow
from openvbc.programs.stored_run import StoredRow
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.reach_from_claims import REACH_FROM_CLAIMS


@dataclass(frozen=True)
class ReachSimulation(WorksheetSimulation):
    """The settlement from claims over scenarios; a row of published results is refused.

    Spending moves claims paid and what was taken off them; what stop-loss gives stays as settled.
    """

    def settled_row(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> StoredRow:
        """The one row that is meant."""
        row = super().settled_row(folder, which, scenarios, chosen)
        if "completed_expenditure" not in row.values:
            raise InputError(
                "published results of REACH cannot be simulated",
                place=Place(str(folder)),
                rule="only a year from claims knows the months and spending behind its benchmark",
                action="run a project ('vbc init DIR --program reach'), and simulate its run",
                code="VBC-1116",
            )
        return row


SIMULATION = ReachSimulation(
    REACH_FROM_CLAIMS, RESULT, ("claim_payments", "claim_reductions"), ("unadjusted_benchmark",),
    "quality_score",
)  # fmt: skip
