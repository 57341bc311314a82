"""Settle practices of a primary care capitation model from totals: a row a practice and year."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.published.totals_form import ANY
from openvbc.programs.settlement import Presentation
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.primary_care import PRIMARY_CARE

RESULT = "primary_care_payment"
MODELS = (
    "CPC+ Track 1", "CPC+ Track 2", "Primary Care First", "Making Care Primary", "ACO PC Flex",
)  # fmt: skip


class PrimaryCare(TotalsProgram):
    """The program as the commands know it."""

    name = "primary-care"
    title = "Primary care capitation"
    rules_name = "primary-care"
    unit = "practice"
    worksheet = PRIMARY_CARE
    year_of = "performance_year"
    group = "model"
    choices: ClassVar = {"model": MODELS}
    bounds: ClassVar = {
        "outside_visit_share": (Decimal(0), Decimal(1)),
        "performance_adjustment": ANY,
        "incentive_share_kept": (Decimal(0), Decimal(1)),
        "risk_tier": (Decimal(1), Decimal(5)),
    }
    must_come_out = (RESULT,)
    notes = (
        "These payments take the place of care management billed apart for the same people.",
        "The performance-based incentive of CPC+ counts where its share that was earned is given.",
    )
    presentation = Presentation(
        headline=(
            "attributed_months", "population_payment", "leakage_deduction", "visit_fees",
            "performance_amount", RESULT,
        ),
        result=RESULT,
        totals=("attributed_months", "population_payment", "visit_fees", RESULT),
    )  # fmt: skip


PROGRAM = PrimaryCare()
SIMULATION = WorksheetSimulation(PRIMARY_CARE, RESULT, ("visits",))
