"""The health equity adjustment of an ACO's quality score, from its people and its measures' thirds.

What `quality_score` takes as given (scaler, share underserved) is computed here, from counts.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, maximum, otherwise, ratio
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.shared_savings.quality_score import (
    health_equity_adjustment,
    pathway_quality_score,
)

SHARE = "42 CFR 425.512(b)(4)(iv)"


@line(unit="ratio", label="Share in deprived areas", cite=SHARE + "(A)(1)")
def deprived_share(deprived_people: Column, ranked_people: Column) -> Column:
    """People in areas from the national rank that counts as deprived, over those with a rank."""
    return ratio(deprived_people, ranked_people)


@line(unit="ratio", label="Share dual or with a low income", cite=SHARE + "(A)(2)")
def low_income_share(low_income_count: Column, low_income_base: Column) -> Column:
    """Dual or low-income people over assigned people; in 2023 person-years over person-years."""
    return ratio(low_income_count, low_income_base)


@line(unit="ratio", label="Share underserved", cite=SHARE + "(A)")
def underserved_share(deprived_share: Column, low_income_share: Column) -> Column:
    """The greater of both shares."""
    return maximum(deprived_share, low_income_share)


@line(unit="points", label="Sum of the measures' scalers", cite="42 CFR 425.512(b)(4)")
def health_equity_scaler(
    top_third_measures: Column,
    middle_third_measures: Column,
    top_third_points: Column,
    middle_third_points: Column,
) -> Column:
    """Measures in the top and in the middle third of ACOs, times the points of each."""
    top: Column = top_third_measures * otherwise(top_third_points, 0)
    middle: Column = middle_third_measures * otherwise(middle_third_points, 0)
    return top + middle


HEALTH_EQUITY = Worksheet(
    "health_equity",
    "Health equity adjustment of the quality score",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("top_third_measures", "count", "Required measures in the top third"),
        Input("middle_third_measures", "count", "Required measures in the middle third"),
        Input("deprived_people", "count", "Assigned people in deprived areas"),
        Input("ranked_people", "count", "Assigned people whose area has a rank"),
        Input("low_income_count", "count", "Dual or low-income people; in 2023 person-years"),
        Input("low_income_base", "count", "Assigned people; in 2023 person-years"),
        Input("score_before_equity", "ratio", "Quality score before the adjustment"),
    ],
    parameters=[
        "top_third_points", "middle_third_points", "least_underserved_share",
        "most_health_equity_points",
    ],
    lines=[
        deprived_share, low_income_share, underserved_share, health_equity_scaler,
        health_equity_adjustment, pathway_quality_score,
    ],
)  # fmt: skip
