"""The update of the benchmark from benchmark year 3 to the performance year.

Grain: one row a contract; lines by enrollment type are named so. Four methods by agreement start:
``flat dollar`` (projected national dollar growth, added), ``regional`` (growth of the region),
``two-way`` (national and regional growth blended) and ``three-way`` (two parts two-way, one part
the Accountable Care Prospective Trend, ACPT). The guardrail gives an ACO that would owe losses
under the three-way update its two-way benchmark instead, if that is higher.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_in, ratio, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import PERFORMANCE_YEAR, Expanded, for_each

CITE = "42 CFR 425.601(b); 425.602(b); 425.603(d); 425.652(b)"
PER_CAPITA = "USD per capita"

PARAMETERS = [
    "benchmark_update",
    "two_way_parts",
    "accountable_care_prospective_trend_parts",
]


@line(unit="factor", cite=CITE)
def national_update(
    national_expenditure_performance_year: Column, national_expenditure_benchmark_year_3: Column
) -> Column:
    """National expenditure of the performance year over that of benchmark year 3."""
    return ratio(national_expenditure_performance_year, national_expenditure_benchmark_year_3)


@line(unit="factor", cite=f"{CITE}; 425.655")
def regional_update(
    regional_expenditure_performance_year: Column,
    regional_expenditure_benchmark_year_3: Column,
    regional_risk_cap_factor: Column,
) -> Column:
    """Regional expenditure of the performance year over that of benchmark year 3, times the factor.

    The factor is that of the cap on regional risk score growth (agreements from 2024).
    """
    growth = ratio(regional_expenditure_performance_year, regional_expenditure_benchmark_year_3)
    return growth * regional_risk_cap_factor


@line(unit="factor", cite=CITE)
def two_way_update(
    national_weight_performance_year: Column, national_update: Column, regional_update: Column
) -> Column:
    """National weight times national growth, plus the rest of one times regional growth."""
    regional_weight: Column = 1 - national_weight_performance_year
    national = national_weight_performance_year * national_update
    blend: Column = national + regional_weight * regional_update
    return blend


@line(unit="factor", cite="42 CFR 425.660", status="secondary")
def accountable_care_prospective_trend(
    accountable_care_prospective_trend_amount: Column,
    risk_score_benchmark_year_3: Column,
    historical_benchmark: Column,
) -> Column:
    """One plus the flat dollar amount at the ACO's risk over its historical benchmark."""
    amount = accountable_care_prospective_trend_amount * risk_score_benchmark_year_3
    trend: Column = 1 + ratio(amount, historical_benchmark)
    return trend


@line(unit="factor", cite="42 CFR 425.652(b)")
def three_way_update(
    two_way_update: Column,
    accountable_care_prospective_trend: Column,
    two_way_parts: Column,
    accountable_care_prospective_trend_parts: Column,
) -> Column:
    """Two-way update and prospective trend, weighted by their parts (two and one)."""
    parts = two_way_parts + accountable_care_prospective_trend_parts
    weighted = two_way_parts * two_way_update
    weighted = weighted + (
        accountable_care_prospective_trend_parts * accountable_care_prospective_trend
    )
    return ratio(weighted, parts)


@line(unit=PER_CAPITA, cite="42 CFR 425.602(b)")
def flat_dollar_update(projected_national_growth: Column) -> Column:
    """The flat dollar equivalent of the projected absolute growth of national expenditure.

    CMS's actuary projects it for the performance year; the growth that came is not in its place.
    """
    return projected_national_growth


@line(unit=PER_CAPITA, cite="42 CFR 425.605(a)")
def risk_adjusted_benchmark(historical_benchmark: Column, risk_adjustment: Column) -> Column:
    """Historical benchmark times risk adjustment."""
    return historical_benchmark * risk_adjustment


@line(unit=PER_CAPITA, cite=CITE)
def benchmark_before_guardrail(
    benchmark_update: Column,
    risk_adjusted_benchmark: Column,
    flat_dollar_update: Column,
    regional_update: Column,
    two_way_update: Column,
    three_way_update: Column,
) -> Column:
    """Risk adjusted benchmark, updated as the agreement's rules say."""
    blend = where(is_in(benchmark_update, "three-way"), three_way_update, two_way_update)
    factor = where(is_in(benchmark_update, "regional"), regional_update, blend)
    added = risk_adjusted_benchmark + flat_dollar_update
    flat = is_in(benchmark_update, "flat dollar")
    return where(flat, added, risk_adjusted_benchmark * factor)


@line(unit=PER_CAPITA, cite=CITE)
def two_way_benchmark(risk_adjusted_benchmark: Column, two_way_update: Column) -> Column:
    """Risk adjusted benchmark times the two-way update, for the guardrail."""
    return risk_adjusted_benchmark * two_way_update


INPUTS: list[Input | Expanded] = [
    *for_each(
        [Input("national_expenditure", PER_CAPITA, "National expenditure")], (PERFORMANCE_YEAR,)
    ),
    *for_each(
        [
            Input(
                "regional_expenditure",
                PER_CAPITA,
                "Regional expenditure, risk-standardised",
                optional=True,
            ),
            Input("national_weight", "ratio", "National weight", optional=True),
        ],
        (PERFORMANCE_YEAR,),
    ),
    *for_each(
        [
            Input(
                "projected_national_growth",
                PER_CAPITA,
                "Projected growth of national expenditure, flat dollar amount",
                optional=True,
                cite="42 CFR 425.602(b)",
            ),
            Input(
                "accountable_care_prospective_trend_amount",
                PER_CAPITA,
                "Accountable Care Prospective Trend, flat dollar amount",
                optional=True,
                cite="42 CFR 425.660",
            ),
        ]
    ),
]

LINES: list[Line | Expanded] = for_each(  # type: ignore[assignment]
    [
        national_update,
        regional_update,
        two_way_update,
        accountable_care_prospective_trend,
        three_way_update,
        flat_dollar_update,
        risk_adjusted_benchmark,
        benchmark_before_guardrail,
        two_way_benchmark,
    ]
)
