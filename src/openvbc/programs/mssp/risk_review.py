"""The risk review of a Shared Savings contract: scores, gaps, and what closing them would do."""

from __future__ import annotations

from typing import Any

from openvbc.errors import EmptyResult, ParameterMissing
from openvbc.programs.claims_program import Measured, Workbench
from openvbc.programs.mssp.closing import what_closing_does
from openvbc.programs.mssp.measuring import SharedSavingsGiven, compute_scores
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR
from openvbc.programs.mssp.settling import Settled, settle
from openvbc.programs.risk.exposure import Exposure
from openvbc.programs.risk.review import Reviewed, RiskReview, review

Row = dict[str, Any]


def review_risk(given: SharedSavingsGiven, bench: Workbench, measured: Measured) -> RiskReview:
    """Everything a risk page shows; dollars only where the contract could be settled."""
    computed = compute_scores(given, bench, measured.results)
    try:
        settled = settle(given, bench.engine, measured)
    except (EmptyResult, ParameterMissing):
        settled = None

    def closing(exposure: Exposure) -> list[Row]:
        if settled is None or not settled.settlement.is_final:
            return []
        return what_closing_does(given, bench.engine, measured, exposure)

    reviewed = Reviewed(
        given.contract.performance_year,
        PERFORMANCE_YEAR,
        given.years,
        [] if settled is None else caps(settled),
        closing,
    )
    return review(reviewed, bench, measured, computed)


def caps(settled: Settled) -> list[Row]:
    """Growth of the risk score by enrollment type, the limit, and whether it binds."""
    lines = settled.benchmark.evaluation
    names = list(lines.worksheet.lines)
    found = []
    for name in names:
        if not name.startswith("risk_adjustment_"):
            continue
        kind = name.removeprefix("risk_adjustment_")
        growth, used = lines.value(f"risk_growth_{kind}"), lines.value(name)
        if growth is None or used is None:
            continue
        limit = lines.value("aggregate_growth_limit") if "aggregate_growth_limit" in names else None
        found.append(
            {
                "enrollment_type": kind.upper(),
                "risk_growth": growth,
                "limit": limit,
                "risk_adjustment": used,
                "cap_binds": used < growth,
            }
        )
    return found
