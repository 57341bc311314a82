"""Risk adjustment of the benchmark from benchmark year 3 to the performance year.

Grain: one row a contract; lines by enrollment type are named so; ratios, not rounded. Three
methods, by agreement start:

- ``newly and continuously assigned`` (starts to January 2019): the newly assigned by their risk
  scores, the continuously assigned by demographic scores, or by risk scores if these fell;
- ``cap by enrollment type`` (July 2019 to 2023): the risk ratio, at most 1.03, no floor;
- ``aggregate test`` (from 2024): no type is capped unless growth over all types exceeds demographic
  growth by more than three points; then every type is held to that.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_in, minimum, ratio, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import (
    PERFORMANCE_YEAR,
    Expanded,
    for_each,
    sum_of_types,
)

CITE = "42 CFR 425.604(a)(1)-(2); 425.605(a)(1); 425.610(a)(2)"

PARAMETERS = ["risk_adjustment_method", "risk_adjustment_cap"]


@line(unit="factor", cite=CITE)
def risk_growth(risk_score_performance_year: Column, risk_score_benchmark_year_3: Column) -> Column:
    """Mean risk score of the performance year over that of benchmark year 3."""
    return ratio(risk_score_performance_year, risk_score_benchmark_year_3)


@line(unit="factor", cite=CITE)
def demographic_growth(
    demographic_score_performance_year: Column, demographic_score_benchmark_year_3: Column
) -> Column:
    """Mean demographic score of the performance year over that of benchmark year 3."""
    return ratio(demographic_score_performance_year, demographic_score_benchmark_year_3)


@line(unit="factor", cite="42 CFR 425.604(a)(1)")
def newly_assigned_growth(
    newly_assigned_risk_score_performance_year: Column,
    newly_assigned_risk_score_benchmark_year_3: Column,
) -> Column:
    """Newly assigned: risk score of the performance year over that of benchmark year 3."""
    return ratio(
        newly_assigned_risk_score_performance_year, newly_assigned_risk_score_benchmark_year_3
    )


@line(unit="factor", cite="42 CFR 425.604(a)(2)")
def continuously_assigned_growth(
    continuously_assigned_risk_score_performance_year: Column,
    continuously_assigned_risk_score_benchmark_year_3: Column,
    continuously_assigned_demographic_score_performance_year: Column,
    continuously_assigned_demographic_score_benchmark_year_3: Column,
) -> Column:
    """Continuously assigned: growth of demographic scores, or of risk scores if these fell."""
    risk = ratio(
        continuously_assigned_risk_score_performance_year,
        continuously_assigned_risk_score_benchmark_year_3,
    )
    demographic = ratio(
        continuously_assigned_demographic_score_performance_year,
        continuously_assigned_demographic_score_benchmark_year_3,
    )
    return where(risk < 1, risk, demographic)


@line(unit="factor", cite=CITE, status="unverified")
def growth_of_both_groups(
    newly_assigned_growth: Column,
    continuously_assigned_growth: Column,
    newly_assigned_person_years_performance_year: Column,
    person_years_performance_year: Column,
) -> Column:
    """Both growths, weighted by the person-years of the performance year.

    How CMS weights the two groups was not read.
    """
    newly = newly_assigned_person_years_performance_year
    continuously = person_years_performance_year - newly
    weighted = newly * newly_assigned_growth + continuously * continuously_assigned_growth
    weighted = where(newly == 0, continuously * continuously_assigned_growth, weighted)
    weighted = where(continuously == 0, newly * newly_assigned_growth, weighted)
    return ratio(weighted, person_years_performance_year)


@line(unit="USD", cite=CITE)
def risk_weight(person_years_performance_year: Column, historical_benchmark: Column) -> Column:
    """Person-years of the performance year times historical benchmark of the enrollment type."""
    return person_years_performance_year * historical_benchmark


RISK_WEIGHT = sum_of_types(
    "risk_weight", "Historical benchmark dollars at performance year person-years", "USD", CITE,
    "risk_weight",
)  # fmt: skip
RISK_GROWTH_DOLLARS = sum_of_types(
    "risk_growth_dollars", "Those dollars times risk score growth", "USD", CITE,
    "risk_weight", "risk_growth",
)  # fmt: skip
DEMOGRAPHIC_GROWTH_DOLLARS = sum_of_types(
    "demographic_growth_dollars", "Those dollars times demographic score growth", "USD", CITE,
    "risk_weight", "demographic_growth",
)  # fmt: skip


@line(unit="factor", cite=CITE)
def aggregate_risk_growth(risk_growth_dollars: Column, risk_weight: Column) -> Column:
    """Risk score growth over all enrollment types, weighted by benchmark dollars."""
    return ratio(risk_growth_dollars, risk_weight)


@line(unit="factor", cite=CITE)
def aggregate_demographic_growth(demographic_growth_dollars: Column, risk_weight: Column) -> Column:
    """Demographic score growth over all enrollment types, weighted by benchmark dollars."""
    return ratio(demographic_growth_dollars, risk_weight)


@line(unit="factor", cite=CITE)
def aggregate_growth_limit(
    aggregate_demographic_growth: Column, risk_adjustment_cap: Column
) -> Column:
    """Demographic score growth over all enrollment types plus the cap."""
    return aggregate_demographic_growth + risk_adjustment_cap


@line(unit="factor", cite=CITE)
def risk_adjustment(
    risk_adjustment_method: Column,
    risk_growth: Column,
    risk_adjustment_cap: Column,
    aggregate_risk_growth: Column,
    aggregate_growth_limit: Column,
    growth_of_both_groups: Column,
) -> Column:
    """Growth of the risk score, as the agreement's method limits it."""
    capped = minimum(risk_growth, 1 + risk_adjustment_cap)
    held = minimum(risk_growth, aggregate_growth_limit)
    tested = where(aggregate_risk_growth > aggregate_growth_limit, held, risk_growth)
    tested_or_groups = where(
        is_in(risk_adjustment_method, "aggregate test"), tested, growth_of_both_groups
    )
    by_type = is_in(risk_adjustment_method, "cap by enrollment type")
    return where(by_type, capped, tested_or_groups)


def _optional(name: str, unit: str, label: str) -> Input:
    return Input(name, unit, label, optional=True)


INPUTS: list[Input | Expanded] = [
    *for_each([_optional("risk_score", "score", "Mean risk score")], (PERFORMANCE_YEAR,)),
    *for_each(
        [_optional("demographic_score", "score", "Mean demographic score")], (3, PERFORMANCE_YEAR)
    ),
    *for_each(
        [_optional("newly_assigned_person_years", "person-years", "Newly assigned person-years")],
        (PERFORMANCE_YEAR,),
    ),
    *for_each(
        [
            _optional("newly_assigned_risk_score", "score", "Risk score of the newly assigned"),
            _optional(
                "continuously_assigned_risk_score", "score", "Risk score, continuously assigned"
            ),
            _optional(
                "continuously_assigned_demographic_score",
                "score",
                "Demographic score, continuously assigned",
            ),
        ],
        (3, PERFORMANCE_YEAR),
    ),
]

LINES: list[Line | Expanded] = [
    *for_each([risk_growth, demographic_growth]),
    *for_each([newly_assigned_growth, continuously_assigned_growth, growth_of_both_groups]),
    *for_each([risk_weight]),
    RISK_WEIGHT,
    RISK_GROWTH_DOLLARS,
    DEMOGRAPHIC_GROWTH_DOLLARS,
    aggregate_risk_growth,
    aggregate_demographic_growth,
    aggregate_growth_limit,
    *for_each([risk_adjustment]),
]
