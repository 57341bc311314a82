"""The risk review of a Shared Savings contract: scores, gaps, and what closing them would do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openvbc.errors import DataMissing, EmptyResult, ParameterMissing
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
    except (DataMissing, EmptyResult, ParameterMissing):
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
    """Growth of the risk score by enrollment type, the limit, and whether and why it binds.

    The limit is 1 plus the cap for each type by itself (agreements that began before 2024), or
    demographic growth over all types plus the cap, which holds a type only where growth over all
    types is above it (42 CFR 425.605(a)(1)(ii)); none where the agreement's method has none.
    """
    lines = settled.benchmark.evaluation
    method = lines.value("risk_adjustment_method")
    over_all = lines.value("aggregate_risk_growth")
    limit = None
    if method == "aggregate test":
        limit = lines.value("aggregate_growth_limit")
    elif method == "cap by enrollment type":
        limit = 1 + lines.value("risk_adjustment_cap")
    rows = []
    for name in lines.worksheet.lines:
        if not name.startswith("risk_adjustment_"):
            continue
        kind = name.removeprefix("risk_adjustment_")
        growth, used = lines.value(f"risk_growth_{kind}"), lines.value(name)
        if growth is None or used is None:
            continue
        rows.append(
            {
                "enrollment_type": kind.upper(),
                "risk_growth": growth,
                "limit": limit,
                "risk_adjustment": used,
                "cap_binds": used < growth,
                "why": _why(growth, limit, over_all if method == "aggregate test" else None),
            }
        )
    return rows


def _why(growth: Decimal, limit: Decimal | None, over_all: Decimal | None) -> str:
    """Why the limit binds or does not."""
    if limit is None:
        return "the agreement's method has no limit of this kind"
    if growth <= limit:
        return "not above the limit"
    if over_all is None:
        return "above the limit"
    beyond = "is above" if over_all > limit else "is not above"
    return f"above the limit; growth over all types, {over_all:.4f}, {beyond} it"
