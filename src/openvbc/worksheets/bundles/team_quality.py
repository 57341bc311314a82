"""Transforming Episode Accountability Model: the composite quality score of a hospital.

Summaries of 42 CFR 512.547: each measure's score is its percentile in the national baseline, and
measures weigh by the episodes they are for. Grain: one row a measure of a hospital and year.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, only_where, ratio
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

QUALITY = "summaries of 42 CFR 512.547"


@line(unit="ratio", cite=QUALITY, status="secondary")
def measure_weight(measure_episodes: Column, episodes_of_measures: Column) -> Column:
    """Episodes the measure is for over those of all the hospital's measures."""
    return ratio(measure_episodes, episodes_of_measures)


@line(unit="score", cite=QUALITY, status="secondary")
def weighted_score(
    measure_score: Column, measure_weight: Column, measure_is_scored: Column
) -> Column:
    """Score times weight; none for a measure the year does not score."""
    return only_where(measure_is_scored, measure_score * measure_weight)


TEAM_QUALITY = Worksheet(
    "team_quality",
    "TEAM: composite quality score",
    [
        Input("performance_year", "year", "Performance year"),
        Input("measure", "text", "Measure"),
        Input("measure_score", "score", "Score of the measure, 0 to 100"),
        Input("measure_episodes", "count", "Episodes the measure is for"),
        Input("episodes_of_measures", "count", "Episodes of all the hospital's measures"),
    ],
    ["measure_is_scored"],
    [measure_weight, weighted_score],
)
"""Weighted scores of measures add up to the composite quality score."""
