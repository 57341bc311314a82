"""The historical benchmark: three benchmark years, brought to the third, weighted.

Grain: one row a contract; lines by enrollment type and benchmark year are named so. Amounts are USD
per assigned beneficiary and year, not rounded. Risk scores are renormalised (mean 1 over the
national assignable population of the enrollment type and year).

The weights of the benchmark years and the trend to benchmark year 3 (national, regional, or a blend
of the two) are parameters by agreement start (42 CFR 425.601, 425.602, 425.603, 425.652).
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_in, ratio, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import Expanded, for_each, sum_of_types

CITE = "42 CFR 425.601(a)-(e); 425.602(a); 425.603(b)-(c); 425.652(a)"
PER_CAPITA = "USD per capita"
EARLIER_YEARS = (1, 2)
"""The benchmark years that are brought to benchmark year 3."""

WEIGHT_PARAMETERS = [f"benchmark_year_weight_{year}" for year in (1, 2, 3)]


@line(unit="ratio", cite=CITE)
def share(person_years: Column, total_person_years: Column) -> Column:
    """Person-years of the enrollment type over person-years of all types."""
    return ratio(person_years, total_person_years)


@line(unit="factor", cite=CITE)
def risk_ratio(risk_score_benchmark_year_3: Column, risk_score: Column) -> Column:
    """Mean risk score of benchmark year 3 over that of the benchmark year."""
    return ratio(risk_score_benchmark_year_3, risk_score)


@line(unit="factor", cite=CITE)
def national_trend(
    national_expenditure_benchmark_year_3: Column, national_expenditure: Column
) -> Column:
    """National per capita expenditure of benchmark year 3 over that of the benchmark year."""
    return ratio(national_expenditure_benchmark_year_3, national_expenditure)


@line(unit="factor", cite=CITE)
def regional_trend(
    regional_expenditure_benchmark_year_3: Column, regional_expenditure: Column
) -> Column:
    """Risk-standardised regional expenditure of benchmark year 3 over that of the year."""
    return ratio(regional_expenditure_benchmark_year_3, regional_expenditure)


@line(unit="factor", cite=CITE)
def blended_trend(
    national_weight_benchmark_year_3: Column, national_trend: Column, regional_trend: Column
) -> Column:
    """National weight times national trend, plus the rest of one times regional trend.

    The national weight is the ACO's share of the assignable people of its region in benchmark
    year 3, for both earlier benchmark years.
    """
    national = national_weight_benchmark_year_3 * national_trend
    regional_weight: Column = 1 - national_weight_benchmark_year_3
    blend: Column = national + regional_weight * regional_trend
    return blend


@line(unit="factor", cite=CITE)
def trend_factor(
    benchmark_trend: Column, national_trend: Column, regional_trend: Column, blended_trend: Column
) -> Column:
    """The national, regional or blended trend, as the agreement period's rules say."""
    regional_or_blend = where(is_in(benchmark_trend, "regional"), regional_trend, blended_trend)
    return where(is_in(benchmark_trend, "national"), national_trend, regional_or_blend)


@line(unit=PER_CAPITA, cite=CITE)
def adjusted_expenditure(expenditure: Column, trend_factor: Column, risk_ratio: Column) -> Column:
    """Expenditure of the benchmark year, trended and risk adjusted to benchmark year 3."""
    return expenditure * trend_factor * risk_ratio


@line(unit=PER_CAPITA, cite=CITE)
def historical_benchmark_before_adjustment(
    benchmark_year_weight_1: Column,
    benchmark_year_weight_2: Column,
    benchmark_year_weight_3: Column,
    adjusted_expenditure_benchmark_year_1: Column,
    adjusted_expenditure_benchmark_year_2: Column,
    expenditure_benchmark_year_3: Column,
) -> Column:
    """Weighted mean of the benchmark years, each at the level of benchmark year 3.

    Weights are parts (10, 30, 60 or 1, 1, 1), so that thirds stay exact.
    """
    weighted = (
        benchmark_year_weight_1 * adjusted_expenditure_benchmark_year_1
        + benchmark_year_weight_2 * adjusted_expenditure_benchmark_year_2
        + benchmark_year_weight_3 * expenditure_benchmark_year_3
    )
    parts: Column = benchmark_year_weight_1 + benchmark_year_weight_2 + benchmark_year_weight_3
    return ratio(weighted, parts)


def total_person_years(year: int | str) -> Line:
    """Person-years of a year over the enrollment types."""
    ending = f"benchmark_year_{year}" if isinstance(year, int) else year
    label = f"Person-years, {ending.replace('_', ' ')}, all enrollment types"
    return sum_of_types(
        f"total_person_years_{ending}", label, "person-years", CITE, f"person_years_{ending}"
    )


HISTORICAL_BENCHMARK_PER_CAPITA = sum_of_types(
    "historical_benchmark_before_adjustment", "Historical benchmark before adjustment, per capita",
    PER_CAPITA, CITE, "historical_benchmark_before_adjustment", "share_benchmark_year_3",
)  # fmt: skip

CATEGORY_INPUTS: list[Input | Expanded] = [
    *for_each([Input("expenditure", PER_CAPITA, "Expenditure")], (1, 2, 3)),
    *for_each([Input("risk_score", "score", "Mean risk score, renormalised")], (1, 2, 3)),
    *for_each([Input("person_years", "person-years", "Person-years")], (3,)),
]
"""What CMS prints of the benchmark years: expenditures, risk scores, person-years."""

FACTOR_INPUTS: list[Input | Expanded] = [
    *for_each([Input("national_expenditure", PER_CAPITA, "National expenditure")], (1, 2, 3)),
    *for_each(
        [
            Input(
                "regional_expenditure",
                PER_CAPITA,
                "Regional expenditure, risk-standardised",
                optional=True,
            )
        ],
        (1, 2, 3),
    ),
    *for_each([Input("national_weight", "ratio", "National weight", optional=True)], (3,)),
]
"""National and regional amounts; regional ones only where the agreement's rules use them."""

TREND_LINES: list[Line | Expanded] = for_each(  # type: ignore[assignment]
    [national_trend, regional_trend, blended_trend, trend_factor], EARLIER_YEARS
)

HISTORICAL_LINES: list[Line | Expanded] = [
    total_person_years(3),
    *for_each([share], (3,)),
    *for_each([risk_ratio, adjusted_expenditure], EARLIER_YEARS),
    *for_each([historical_benchmark_before_adjustment]),
    HISTORICAL_BENCHMARK_PER_CAPITA,
]
