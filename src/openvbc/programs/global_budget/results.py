"""Settle hospitals of a global budget model from totals: a row a hospital and year."""

from __future__ import annotations

from typing import ClassVar

from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.published.totals_form import ANY
from openvbc.programs.settlement import Presentation
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.global_budget import GLOBAL_BUDGET

RESULT = "budget"


class GlobalBudget(TotalsProgram):
    """The program as the commands know it."""

    name = "global-budget"
    title = "Hospital global budget"
    rules_name = "global-budget"
    unit = "hospital"
    worksheet = GLOBAL_BUDGET
    year_of = "performance_year"
    group = "model"
    choices: ClassVar = {"model": ("AHEAD", "Maryland", "Pennsylvania Rural Health")}
    bounds: ClassVar = dict.fromkeys(
        ("equity_adjustment", "quality_adjustment", "total_cost_adjustment"), ANY
    )
    must_come_out = (RESULT,)
    notes = ("No corridor around the budget was read: the difference to claims is reported.",)
    presentation = Presentation(
        headline=(
            "weighted_baseline", "update", "claims_equivalent", "budget_less_equivalent", RESULT,
        ),
        result=RESULT,
        totals=("weighted_baseline", RESULT),
    )  # fmt: skip


PROGRAM = GlobalBudget()
SIMULATION = WorksheetSimulation(GLOBAL_BUDGET, "budget_less_equivalent", ("claims_equivalent",))
