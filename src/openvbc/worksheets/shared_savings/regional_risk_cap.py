"""The cap on the growth of the region's risk score in the update, agreements from 2024.

Regional growth is measured on risk-standardised amounts: where the region's people grow sicker on
paper, its standardised growth falls. From 2024 that fall is limited. Scores are means of the
counties' assignable people, weighted by where the ACO's assigned people live. Over all enrollment
types, risk growth may exceed demographic growth by three points, and by a part of what is beyond
that: the ACO's own share of its region. A type that grows past this limit has its regional growth
raised by its growth over the limit.

Grain: one row a contract; lines by enrollment type are named so. Factors, not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_missing, maximum, ratio, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import (
    PERFORMANCE_YEAR,
    Expanded,
    for_each,
    sum_of_types,
)

CITE = "42 CFR 425.655"
STATUS = "secondary"
"""Read in the text of December 2024, before 89 FR 98576 amended the weights it names."""

PARAMETERS = ["regional_risk_growth_cap"]


@line(unit="factor", cite=CITE)
def regional_risk_growth(
    regional_risk_score_performance_year: Column, regional_risk_score_benchmark_year_3: Column
) -> Column:
    """The region's mean risk score of the performance year over that of benchmark year 3."""
    return ratio(regional_risk_score_performance_year, regional_risk_score_benchmark_year_3)


@line(unit="factor", cite=CITE)
def regional_demographic_growth(
    regional_demographic_score_performance_year: Column,
    regional_demographic_score_benchmark_year_3: Column,
) -> Column:
    """The region's mean demographic score of the performance year over that of benchmark year 3."""
    return ratio(
        regional_demographic_score_performance_year, regional_demographic_score_benchmark_year_3
    )


REGIONAL_RISK_GROWTH_DOLLARS = sum_of_types(
    "regional_risk_growth_dollars", "Benchmark dollars times regional risk score growth", "USD",
    CITE, "risk_weight", "regional_risk_growth", status=STATUS,
)  # fmt: skip
REGIONAL_DEMOGRAPHIC_GROWTH_DOLLARS = sum_of_types(
    "regional_demographic_growth_dollars", "Benchmark dollars times regional demographic growth",
    "USD", CITE, "risk_weight", "regional_demographic_growth", status=STATUS,
)  # fmt: skip
SHARE_OF_REGION = sum_of_types(
    "share_of_region", "The ACO's share of the assignable people of its region", "ratio",
    CITE, "national_weight_performance_year", "share_performance_year",
)  # fmt: skip


@line(unit="factor", cite=CITE, status=STATUS)
def aggregate_regional_risk_growth(
    regional_risk_growth_dollars: Column, risk_weight: Column
) -> Column:
    """Regional risk score growth over all enrollment types, weighted by benchmark dollars."""
    return ratio(regional_risk_growth_dollars, risk_weight)


@line(unit="factor", cite=CITE, status=STATUS)
def aggregate_regional_demographic_growth(
    regional_demographic_growth_dollars: Column, risk_weight: Column
) -> Column:
    """Regional demographic growth over all enrollment types, weighted by benchmark dollars."""
    return ratio(regional_demographic_growth_dollars, risk_weight)


@line(unit="factor", label="Limit of regional risk score growth", cite=CITE, status=STATUS)
def regional_risk_growth_limit(
    aggregate_regional_risk_growth: Column,
    aggregate_regional_demographic_growth: Column,
    regional_risk_growth_cap: Column,
    share_of_region: Column,
) -> Column:
    """Demographic growth plus the cap, plus the ACO's share of the region of what exceeds that."""
    free = aggregate_regional_demographic_growth + regional_risk_growth_cap
    beyond = maximum(aggregate_regional_risk_growth - free, 0)
    limit: Column = free + share_of_region * beyond
    return limit


@line(unit="factor", label="Factor of the regional risk score cap", cite=CITE, status=STATUS)
def regional_risk_cap_factor(
    regional_risk_growth: Column,
    aggregate_regional_risk_growth: Column,
    regional_risk_growth_limit: Column,
    regional_risk_growth_cap: Column,
) -> Column:
    """The type's risk growth over the limit, where it and that of all types exceed it; else one.

    Agreements that start before 2024 have no such cap. Missing where a score of the region is.
    """
    limit = regional_risk_growth_limit
    binds = (aggregate_regional_risk_growth > limit) & (regional_risk_growth > limit)
    factor = where(binds, ratio(regional_risk_growth, limit), 1)
    unknown = is_missing(limit) | is_missing(regional_risk_growth)
    factor = where(unknown, limit + regional_risk_growth, factor)
    return where(is_missing(regional_risk_growth_cap), 1, factor)


INPUTS: list[Input | Expanded] = for_each(  # type: ignore[assignment]
    [
        Input("regional_risk_score", "score", "Mean risk score of the region", optional=True),
        Input(
            "regional_demographic_score",
            "score",
            "Mean demographic score of the region",
            optional=True,
        ),
    ],
    (3, PERFORMANCE_YEAR),
)

LINES: list[Line | Expanded] = [
    *for_each([regional_risk_growth, regional_demographic_growth]),
    REGIONAL_RISK_GROWTH_DOLLARS,
    REGIONAL_DEMOGRAPHIC_GROWTH_DOLLARS,
    SHARE_OF_REGION,
    aggregate_regional_risk_growth,
    aggregate_regional_demographic_growth,
    regional_risk_growth_limit,
    *for_each([regional_risk_cap_factor]),
]
