"""Settle practices of a primary care capitation model from totals: a row a practice and year."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from openvbc.errors import SetAside
from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.published.totals_form import ANY, TotalsRow
from openvbc.programs.settlement import Presentation
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.worksheets.capitation.primary_care import PRIMARY_CARE
from openvbc.worksheets.kernel.evaluation import Evaluation

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
        "The performance-based incentive of CPC+ counts where its share that was earned is given; "
        "a practice in a Shared Savings ACO has none (overlap rule, unverified).",
        "The comprehensive payment of CPC+ track 2, in place of 10, 25, 40 or 65 percent of "
        "visits, is not in it: what these are taken of was not read.",
    )
    presentation = Presentation(
        headline=(
            "attributed_months", "population_payment", "leakage_deduction", "visit_fees",
            "performance_amount", RESULT,
        ),
        result=RESULT,
        totals=("attributed_months", "population_payment", "visit_fees", RESULT),
    )  # fmt: skip

    def _incomplete(self, row: TotalsRow, evaluation: Evaluation, number: int) -> SetAside | None:
        """Also what a row gives and its model does not pay, or pays less of."""
        for name, rule in _OF_MODELS.items():
            if row.values.get(name) and evaluation.value(rule, number) is None:
                label = evaluation.worksheet.inputs[name].label.lower()
                return SetAside(
                    f"what the model does not have, or was not read: {label}",
                    row.printed_at(name),
                    f"{row.values['model']} has no {rule.replace('_', ' ')} in the rules",
                )
        over = evaluation.value("advance_over_limit", number)
        if over is not None and over > 0:
            most = evaluation.value("most_one_time_advance", number)
            return SetAside(
                "a one-time advance over that of the model", row.printed_at("one_time_advance"),
                f"{most:,} USD at most",
            )  # fmt: skip
        return super()._incomplete(row, evaluation, number)


_OF_MODELS = {
    "performance_adjustment": "most_performance_adjustment",
    "incentive_share_kept": "incentive_amount",
    "one_time_advance": "most_one_time_advance",
}
"""Inputs that count only in models with a rule on them, and the rule."""
PROGRAM = PrimaryCare()
SIMULATION = WorksheetSimulation(PRIMARY_CARE, RESULT, ("visits",))
