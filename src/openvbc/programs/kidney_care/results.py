"""Settle entities of Kidney Care Choices from totals: a row an entity and year."""

from __future__ import annotations

from typing import ClassVar

from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.settlement import Presentation
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.kidney_care import KIDNEY_CARE

RESULT = "kidney_payment"


class KidneyCare(TotalsProgram):
    """The program as the commands know it."""

    name = "kidney-care"
    title = "Kidney Care Choices"
    rules_name = "kidney-care"
    unit = "entity"
    worksheet = KIDNEY_CARE
    year_of = "performance_year"
    group = "option"
    choices: ClassVar = {
        "option": ("Graduated level 1", "Graduated level 2", "Professional", "Global")
    }
    must_come_out = (RESULT,)
    presentation = Presentation(
        headline=("benchmark", "expenditure", "gross_savings", "shared_savings", RESULT),
        result=RESULT,
        totals=("benchmark", "expenditure", "gross_savings", RESULT),
    )


PROGRAM = KidneyCare()
SIMULATION = WorksheetSimulation(KIDNEY_CARE, RESULT, ("claim_payments", "claim_reductions"))
