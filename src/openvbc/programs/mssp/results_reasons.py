"""Why a computed number differs from the printed one, where the rules of publication say so."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.mssp.results_file import ResultsRow
from openvbc.worksheets.kernel.evaluation import Evaluation

FEW_PEOPLE = 500
"""Below this the regulation prints only a lower bound for the minimum savings rate."""


def reason_for(line: str, printed: ResultsRow, computed: Evaluation, row: int) -> tuple[str, bool]:
    """The reason in words, and whether the difference is one that publication allows."""
    if line == "minimum_savings_rate":
        return _rate(printed)
    if line == "earned_savings_or_owed_losses":
        return _earned(printed, computed, row)
    return "", False


def _rate(printed: ResultsRow) -> tuple[str, bool]:
    if printed.settling("assigned_beneficiaries") < FEW_PEOPLE:
        return "set by CMS's actuary: the regulation gives a lower bound only below 500", True
    return "", False


def _earned(printed: ResultsRow, computed: Evaluation, row: int) -> tuple[str, bool]:
    owed = -(printed.numbers.get("earned") or Decimal(0))
    bound = computed.value("shared_losses_owed", row)
    if bound > 0 and 0 <= owed <= bound:
        if computed.value("owed_is_upper_bound", row):
            return (
                "the loss limit depends on participants' revenue, which is not published; what is "
                "printed lies within the bound computed",
                True,
            )
        if printed.flag("terminated"):
            return (
                "the contract ended during the year; for how many months is not published, and "
                "what is printed lies within the bound computed",
                True,
            )
    return "", False
