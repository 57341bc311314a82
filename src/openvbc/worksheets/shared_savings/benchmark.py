"""The Shared Savings benchmark, from three benchmark years to the performance year's total.

Two worksheets, one row a contract each:

- :data:`BENCHMARK`: everything, from per capita amounts, person-years, risk scores and national and
  regional factors by enrollment type, to total benchmark and total expenditures;
- :data:`HISTORICAL_BENCHMARK_FROM_TRENDS`: the historical benchmark alone, from what CMS publishes
  of each ACO and given national trend factors.

Totals are rounded half up to the cent; nothing before them is rounded. Which inputs an agreement
needs depends on its start; inputs it does not need may be left out, and a result that would need
them is then missing.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_in,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.shared_savings import (
    benchmark_risk_adjustment,
    benchmark_update,
    historical_benchmark,
    population_adjustment,
    prior_savings_adjustment,
    regional_adjustment,
    regional_risk_cap,
)
from openvbc.worksheets.shared_savings.enrollment_types import (
    PERFORMANCE_YEAR,
    Expanded,
    assemble,
    for_each,
    sum_of_types,
)

CITE = "42 CFR 425.605(a); 425.610(a); 425.652(b)"
PER_CAPITA = "USD per capita"

UPDATED_BEFORE_GUARDRAIL = sum_of_types(
    "updated_benchmark_before_guardrail", "Updated benchmark before the guardrail, per capita",
    PER_CAPITA, CITE, "benchmark_before_guardrail", "share_performance_year",
)  # fmt: skip
TWO_WAY_UPDATED = sum_of_types(
    "two_way_updated_benchmark", "Updated benchmark under the two-way update, per capita",
    PER_CAPITA, CITE, "two_way_benchmark", "share_performance_year",
)  # fmt: skip
PERFORMANCE_YEAR_EXPENDITURE = sum_of_types(
    "performance_year_expenditure", "Expenditure of the performance year, per capita",
    PER_CAPITA, CITE, "expenditure_performance_year", "share_performance_year",
)  # fmt: skip
UPDATED_BENCHMARK = sum_of_types(
    "updated_benchmark", "Updated benchmark, per capita",
    PER_CAPITA, CITE, "updated_benchmark", "share_performance_year",
)  # fmt: skip


@line(
    unit="ratio",
    cite="42 CFR 425.652(b)",
    status="empirical",
)
def savings_rate_before_guardrail(
    updated_benchmark_before_guardrail: Column, performance_year_expenditure: Column
) -> Column:
    """Benchmark before the guardrail less expenditure, over that benchmark."""
    saved = updated_benchmark_before_guardrail - performance_year_expenditure
    return ratio(saved, updated_benchmark_before_guardrail)


@line(
    unit="flag",
    cite="42 CFR 425.652(b)",
    status="empirical",
)
def guardrail_applied(
    benchmark_update: Column,
    two_sided: Column,
    savings_rate_before_guardrail: Column,
    minimum_loss_rate: Column,
    updated_benchmark_before_guardrail: Column,
    two_way_updated_benchmark: Column,
) -> Column:
    """Losses would be owed under the three-way update, and the two-way benchmark is higher.

    An ACO under the guardrail owes less or nothing, but earns no savings.
    """
    three_way = is_in(benchmark_update, "three-way")
    loss = -savings_rate_before_guardrail
    owed = (loss > 0) & (loss >= minimum_loss_rate)
    higher = two_way_updated_benchmark > updated_benchmark_before_guardrail
    applied: Column = three_way & two_sided & owed & higher
    return applied


@line(
    unit=PER_CAPITA,
    cite=CITE,
)
def updated_benchmark(
    guardrail_applied: Column, two_way_benchmark: Column, benchmark_before_guardrail: Column
) -> Column:
    """The two-way benchmark under the guardrail, else the updated benchmark."""
    return where(guardrail_applied, two_way_benchmark, benchmark_before_guardrail)


@line(
    unit="USD",
    cite=CITE,
    rounding="half up to the cent",
)
def total_benchmark(
    updated_benchmark: Column, total_person_years_performance_year: Column
) -> Column:
    """Updated benchmark per capita times person-years."""
    return round_half_up(updated_benchmark * total_person_years_performance_year, 2)


@line(
    unit="USD",
    cite=CITE,
    rounding="half up to the cent",
)
def total_expenditures(
    performance_year_expenditure: Column, total_person_years_performance_year: Column
) -> Column:
    """Expenditure per capita times person-years."""
    return round_half_up(performance_year_expenditure * total_person_years_performance_year, 2)


AGREEMENT: list[Input | Expanded] = [
    Input("performance_year", "year", "Performance year"),
    Input("agreement_start", "date", "Start of the agreement period"),
    Input("agreement_number", "count", "Number of the agreement period"),
]

BENCHMARK = assemble(
    "mssp_benchmark",
    "Shared Savings Program: benchmark",
    inputs=[
        *AGREEMENT,
        Input(
            "times_regional_adjustment_applied",
            "count",
            "Agreement periods with a regional adjustment, this one included",
        ),
        Input("two_sided", "flag", "Whether the ACO bears losses", missing=False),
        Input("minimum_loss_rate", "ratio", "Minimum loss rate", optional=True),
        *historical_benchmark.CATEGORY_INPUTS,
        *historical_benchmark.FACTOR_INPUTS,
        *regional_adjustment.INPUTS,
        *prior_savings_adjustment.INPUTS,
        *population_adjustment.INPUTS,
        *benchmark_risk_adjustment.INPUTS,
        *regional_risk_cap.INPUTS,
        *benchmark_update.INPUTS,
        *for_each([Input("expenditure", PER_CAPITA, "Expenditure")], (PERFORMANCE_YEAR,)),
        *for_each([Input("person_years", "person-years", "Person-years")], (PERFORMANCE_YEAR,)),
    ],
    parameters=[
        *historical_benchmark.WEIGHT_PARAMETERS,
        "benchmark_trend",
        *regional_adjustment.PARAMETERS,
        *prior_savings_adjustment.PARAMETERS,
        *population_adjustment.PARAMETERS,
        *benchmark_risk_adjustment.PARAMETERS,
        *regional_risk_cap.PARAMETERS,
        *benchmark_update.PARAMETERS,
    ],
    lines=[
        *historical_benchmark.TREND_LINES,
        *historical_benchmark.HISTORICAL_LINES,
        *regional_adjustment.LINES,
        historical_benchmark.total_person_years(1),
        historical_benchmark.total_person_years(2),
        historical_benchmark.total_person_years(PERFORMANCE_YEAR),
        *prior_savings_adjustment.LINES,
        *population_adjustment.LINES,
        *benchmark_risk_adjustment.LINES,
        *for_each([historical_benchmark.share], (PERFORMANCE_YEAR,)),
        *regional_risk_cap.LINES,
        *benchmark_update.LINES,
        UPDATED_BEFORE_GUARDRAIL,
        TWO_WAY_UPDATED,
        PERFORMANCE_YEAR_EXPENDITURE,
        savings_rate_before_guardrail,
        guardrail_applied,
        *for_each([updated_benchmark]),
        UPDATED_BENCHMARK,
        total_expenditures,
        total_benchmark,
    ],
)
"""Per capita amounts and factors to total benchmark and expenditures."""


@line(unit=PER_CAPITA, cite=historical_benchmark.CITE, status="empirical")
def published_historical_benchmark(
    historical_benchmark_before_adjustment: Column, prior_agreement_savings: Column
) -> Column:
    """Historical benchmark before adjustment plus savings of the prior agreement added back."""
    return historical_benchmark_before_adjustment + otherwise(prior_agreement_savings, 0)


HISTORICAL_BENCHMARK_FROM_TRENDS = assemble(
    "mssp_historical_benchmark_from_trends",
    "Shared Savings Program: historical benchmark from given national trends",
    inputs=[
        *AGREEMENT[1:],
        *historical_benchmark.CATEGORY_INPUTS,
        *for_each([Input("trend_factor", "factor", "National trend factor")], (1, 2)),
        *[i for i in population_adjustment.INPUTS if i.name == "prior_agreement_savings"],
    ],
    parameters=historical_benchmark.WEIGHT_PARAMETERS,
    lines=[*historical_benchmark.HISTORICAL_LINES, published_historical_benchmark],
)
"""What CMS publishes of the benchmark years, and trend factors, to the historical benchmark."""

LINES_OF_SETTLEMENT: tuple[str, ...] = (
    "historical_benchmark",
    "updated_benchmark",
    "performance_year_expenditure",
    "guardrail_applied",
    "total_benchmark",
    "total_expenditures",
)
"""The lines a settlement takes from here."""
