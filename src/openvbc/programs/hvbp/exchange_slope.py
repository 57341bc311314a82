"""The slope of the exchange function, estimated from the hospitals of the files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.worksheet import EXACT


def estimated_slope(
    totals: Sequence[Decimal], payments: Sequence[Decimal | None], year: int, rules: RuleSet
) -> Decimal | None:
    """The slope that would pay out what is withheld: divisor x payments / (payments x score).

    Over every hospital's own payments where all are given, else as if all were paid alike. None
    where no hospital has a score above zero.
    """
    scored = [(paid, total) for paid, total in zip(payments, totals, strict=True) if total == total]
    if not any(total for _, total in scored):
        return None
    weighted = all(paid is not None for paid, _ in scored)
    weights = [paid if weighted and paid else Decimal(1) for paid, _ in scored]
    divisor = rules.get("total_score_divisor", fiscal_year=year).value
    with localcontext(EXACT):
        points = sum(w * total for w, (_, total) in zip(weights, scored, strict=True))
        return Decimal(str(divisor)) * sum(weights) / points
