"""What closing the gaps would do to the benchmark and the settlement, in dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

from openvbc.engine.base import Engine
from openvbc.programs.claims_program import Measured
from openvbc.programs.mssp.measuring import SharedSavingsGiven
from openvbc.programs.mssp.settling import Settled, settle
from openvbc.programs.risk.exposure import Exposure
from openvbc.worksheets.kernel.worksheet import EXACT

Row = Mapping[str, Any]
NO_CAP = Decimal(1000)
LINES = ("savings_rate", "earned_savings_or_owed_losses")


def what_closing_does(
    given: SharedSavingsGiven, engine: Engine, measured: Measured, exposure: Exposure
) -> list[dict[str, Any]]:
    """The settlement as it is and with every gap closed, each with and without the risk cap.

    The mean score of the performance year moves by the ratio that closing gives in the computed
    scores, also where the benchmark uses scores that were given. One row a scenario: scenario,
    total_benchmark, total_expenditures, savings_rate, earned_savings_or_owed_losses (USD),
    benchmark_change and settlement_change against the same caps with no gap closed, and
    ``risk_adjustment_TYPE``, the factor by enrollment type.
    """
    ratios = growth(exposure)

    def closed(scores: Sequence[Row]) -> Sequence[Row]:
        return [
            {**row, "risk_score": row["risk_score"] * ratios.get(row["enrollment_type"], 1)}
            if row["period"] == exposure.period and row["risk_score"] is not None
            else row
            for row in scores
        ]

    uncapped = replace(
        given,
        rules=given.rules.what_if("risk_adjustment_cap", NO_CAP, "risk scores are not capped"),
    )
    with localcontext(EXACT):
        scenarios = {
            "as it is": settle(given, engine, measured),
            "all gaps closed": settle(given, engine, measured, closed),
            "as it is, no cap": settle(uncapped, engine, measured),
            "all gaps closed, no cap": settle(uncapped, engine, measured, closed),
        }
    rows = {name: _row(name, settled) for name, settled in scenarios.items()}
    for name, row in rows.items():
        base = rows["as it is, no cap" if name.endswith("no cap") else "as it is"]
        row["benchmark_change"] = row["total_benchmark"] - base["total_benchmark"]
        key = "earned_savings_or_owed_losses"
        row["settlement_change"] = row[key] - base[key]
    return list(rows.values())


def growth(exposure: Exposure) -> dict[str, Decimal]:
    """By enrollment type: the mean score with every gap closed over the mean score as it is."""
    return {
        row["enrollment_type"]: row["closed_times_months"] / row["score_times_months"]
        for row in exposure.by_type
        if row["score_times_months"]
    }


def _row(name: str, settled: Settled) -> dict[str, Any]:
    benchmark = settled.benchmark.evaluation
    main = settled.settlement.main.evaluation
    factors = {
        name: benchmark.value(name)
        for name in benchmark.worksheet.lines
        if name.startswith("risk_adjustment_")
    }
    return {
        "scenario": name,
        "total_benchmark": benchmark.value("total_benchmark"),
        "total_expenditures": benchmark.value("total_expenditures"),
        **{line: main.value(line) for line in LINES},
        **factors,
    }
