"""Settle Next Generation ACOs from totals: a row an ACO and performance year."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.published.totals_form import ANY
from openvbc.programs.settlement import Presentation
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.next_generation import NEXT_GENERATION

RESULT = "shared_savings_after_sequestration"
SHARE = (Decimal(0), Decimal(1))


class NextGeneration(TotalsProgram):
    """The program as the commands know it."""

    name = "next-generation"
    title = "Next Generation ACO"
    rules_name = "next-generation"
    unit = "ACO"
    worksheet = NEXT_GENERATION
    year_of = "performance_year"
    group = "risk_arrangement"
    choices: ClassVar = {"risk_arrangement": ("A", "B")}
    bounds: ClassVar = {
        "savings_cap": (Decimal("0.05"), Decimal("0.15")),
        "discount_given": SHARE,
        "quality_reduction": SHARE,
        "regional_efficiency_reduction": ANY,
        "national_efficiency_reduction": ANY,
        "emergency_share": SHARE,
        "other_adjustments": ANY,
    }
    must_come_out = (RESULT,)
    notes = (
        "No results of this model are published: nothing can be held against CMS's own figures.",
    )
    presentation = Presentation(
        headline=(
            "benchmark", "discount", "expenditure", "gross_savings", "capped_savings", RESULT,
        ),
        result=RESULT,
        totals=("benchmark", "expenditure", "gross_savings", RESULT),
        waterfall=(
            ("benchmark", "total"), ("expenditure_deducted", "step"), ("gross_savings", "total"),
            ("not_shared", "step"), ("sequestration_withheld", "step"), (RESULT, "total"),
        ),
    )  # fmt: skip


PROGRAM = NextGeneration()
SIMULATION = WorksheetSimulation(
    NEXT_GENERATION, RESULT, ("claim_payments", "claim_reductions"), ("risk_ratio",)
)
