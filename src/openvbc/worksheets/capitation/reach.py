"""The ACO REACH benchmark of a claims-aligned Standard entity, per beneficiary and month.

Grain: one row an entity, performance year and entitlement category. Three base years are weighted
and trended, blended with the regional rate within a floor and a ceiling, and multiplied by the
capped growth of the risk score. The total takes the retrospective trend factor, then discount and
withholds, which are deductions of one sum; the health equity amounts follow. Amounts per month are
not rounded; totals to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.risk_corridors import (
    GUIDE,
    benchmark_deductions,
    equity_amount_added,
    equity_amount_taken,
)
from openvbc.worksheets.kernel.arithmetic import Column, clamp, ratio, round_half_up
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"


@line(
    unit=MONTHLY,
    cite=GUIDE,
)
def historical_amount(
    base_year_1: Column,
    base_year_2: Column,
    base_year_3: Column,
    base_year_weight_1: Column,
    base_year_weight_2: Column,
    base_year_weight_3: Column,
) -> Column:
    """Mean of the base years, weighted 10, 30 and 60."""
    weighted = base_year_weight_1 * base_year_1 + base_year_weight_2 * base_year_2
    weighted = weighted + base_year_weight_3 * base_year_3
    return ratio(weighted, base_year_weight_1 + base_year_weight_2 + base_year_weight_3)


@line(unit=MONTHLY, cite=GUIDE)
def trended_amount(historical_amount: Column, trend_to_performance_year: Column) -> Column:
    """Historical amount times the adjusted national trend to the performance year."""
    return historical_amount * trend_to_performance_year


@line(unit=MONTHLY, cite=GUIDE)
def regional_blend_change(
    trended_amount: Column,
    regional_rate: Column,
    historical_weight: Column,
    regional_floor: Column,
    regional_ceiling: Column,
    adjusted_national_amount: Column,
) -> Column:
    """What blending with the regional rate adds, held between floor and ceiling.

    Both are shares of the adjusted national (USPCC) amount.
    """
    regional_weight: Column = 1 - historical_weight
    blend = historical_weight * trended_amount + regional_weight * regional_rate
    return clamp(
        blend - trended_amount,
        regional_floor * adjusted_national_amount,
        regional_ceiling * adjusted_national_amount,
    )


@line(unit=MONTHLY, cite=GUIDE)
def blended_amount(trended_amount: Column, regional_blend_change: Column) -> Column:
    """Trended amount plus what blending adds."""
    return trended_amount + regional_blend_change


@line(unit="factor", cite="ACO REACH, PY2026 risk adjustment update")
def capped_risk_growth(risk_score_growth: Column, risk_score_growth_cap: Column) -> Column:
    """Growth of the normalised risk score, held within the cap either way."""
    return clamp(risk_score_growth, 1 - risk_score_growth_cap, 1 + risk_score_growth_cap)


@line(unit=MONTHLY, cite=GUIDE)
def risk_adjusted_amount(blended_amount: Column, capped_risk_growth: Column) -> Column:
    """Blended amount times capped risk growth."""
    return blended_amount * capped_risk_growth


@line(unit="USD", cite=GUIDE, rounding="half up to the cent")
def unadjusted_benchmark(risk_adjusted_amount: Column, aligned_months: Column) -> Column:
    """Risk adjusted amount times aligned months: the benchmark before trend and deductions."""
    return round_half_up(risk_adjusted_amount * aligned_months, 2)


@line(unit="USD", cite=GUIDE, status="empirical", rounding="half up to the cent")
def final_benchmark(
    unadjusted_benchmark: Column, retrospective_trend_factor: Column, benchmark_deductions: Column
) -> Column:
    """Unadjusted benchmark times retrospective trend factor times one less the deductions.

    The deductions are added to each other and not multiplied: only so is the trend factor of a year
    the same for Global and Professional entities.
    """
    kept: Column = 1 - benchmark_deductions
    return round_half_up(unadjusted_benchmark * retrospective_trend_factor * kept, 2)


@line(unit="USD", cite=GUIDE, status="empirical")
def benchmark_with_equity_adjustment(
    final_benchmark: Column, equity_amount_added: Column, equity_amount_taken: Column
) -> Column:
    """Final benchmark plus the health equity amounts, which come after all deductions."""
    return final_benchmark + equity_amount_added + equity_amount_taken


REACH_BENCHMARK = Worksheet(
    "reach_benchmark",
    "ACO REACH: benchmark of claims-aligned beneficiaries",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("entity_type", "text", "Entity type (STANDARD, NEW_ENTRANT, HIGH_NEEDS)"),
        Input("risk_arrangement", "text", "Risk arrangement (GLOBAL or PROFESSIONAL)"),
        Input("base_year_1", MONTHLY, "Base year 1, at performance year prices and risk 1"),
        Input("base_year_2", MONTHLY, "Base year 2, at performance year prices and risk 1"),
        Input("base_year_3", MONTHLY, "Base year 3, at performance year prices and risk 1"),
        Input("trend_to_performance_year", "factor", "Adjusted national trend"),
        Input("regional_rate", MONTHLY, "Regional rate"),
        Input("adjusted_national_amount", MONTHLY, "Adjusted national amount (USPCC)"),
        Input("risk_score_growth", "factor", "Growth of the normalised risk score"),
        Input("quality_score", "ratio", "Quality score"),
        Input("retention_withhold", "ratio", "Retention withhold, zero if none", optional=True),
        Input("retrospective_trend_factor", "factor", "Retrospective trend factor, one if none"),
        Input("aligned_months", "months", "Aligned beneficiary months"),
        Input("equity_months_added", "months", "Months with an equity addition", optional=True),
        Input("equity_months_taken", "months", "Months with an equity deduction", optional=True),
    ],
    parameters=[
        "base_year_weight_1",
        "base_year_weight_2",
        "base_year_weight_3",
        "historical_weight",
        "regional_floor",
        "regional_ceiling",
        "risk_score_growth_cap",
        "discount",
        "quality_withhold",
        "equity_rate_added",
        "equity_rate_taken",
    ],
    lines=[
        historical_amount,
        trended_amount,
        regional_blend_change,
        blended_amount,
        capped_risk_growth,
        risk_adjusted_amount,
        unadjusted_benchmark,
        benchmark_deductions,
        final_benchmark,
        equity_amount_added,
        equity_amount_taken,
        benchmark_with_equity_adjustment,
    ],
)
"""Base years and regional rate to the benchmark that savings are measured against."""
