"""MIPS cost: points of a measure by its benchmark, and the category with its improvement.

The measure sheet has one row a cost measure of a participant, in the benchmark's dollars; the
category sheet one row a participant. 42 CFR 414.1350(c), 414.1380(b)(2).
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    only_where,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.mips.quality import boundary_inputs, decile_points

COST = "42 CFR 414.1380(b)(2)"


@line(unit="points", cite=COST + "(i), (ii)")
def scored_cost_points(
    decile_points: Column, has_benchmark: Column, cases: Column, case_minimum: Column
) -> Column:
    """The decile's points, 1 to 10; missing without a benchmark or the case minimum."""
    return only_where(has_benchmark & (cases >= case_minimum), clamp(decile_points, 1, 10))


COST_MEASURE_BY_BENCHMARK = Worksheet(
    "mips_cost_measure_by_benchmark",
    "MIPS cost: points of a measure by its benchmark",
    inputs=[
        Input("performance_rate", "USD", "Cost of an episode or patient", optional=True),
        Input("lower_is_better", "flag", "Less is better", missing=True, optional=True),
        *boundary_inputs("USD"),
        Input("has_benchmark", "flag", "The measure has a benchmark of the year"),
        Input("cases", "count", "Cases"),
        Input("case_minimum", "count", "Cases from which the measure is scored"),
    ],
    parameters=[],
    lines=[decile_points, scored_cost_points],
)  # fmt: skip


@line(unit="ratio", cite=COST + "(iii)(A)")
def cost_achievement(achievement_points: Column, available_points: Column) -> Column:
    """Points of the scored measures over ten for each."""
    return ratio(achievement_points, available_points)


@line(unit="ratio", cite=COST + "(iv)")
def cost_improvement(
    cost_achievement: Column, prior_cost_score: Column, cost_improvement_limit: Column
) -> Column:
    """The limit x the relative gain over the prior year's score; none below it, or without one."""
    gain = cost_improvement_limit * ratio(cost_achievement - prior_cost_score, prior_cost_score)
    usable = ~is_missing(prior_cost_score) & (prior_cost_score > 0)
    return where(usable, clamp(gain, 0, cost_improvement_limit), 0)


@line(unit="ratio", cite=COST + "(iii)")
def cost_category_score(cost_achievement: Column, cost_improvement: Column) -> Column:
    """Achievement and improvement, 1 at most."""
    return clamp(cost_achievement + cost_improvement, 0, 1)


COST_CATEGORY = Worksheet(
    "mips_cost_category",
    "MIPS cost: score of the category",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("achievement_points", "points", "Points of the scored measures"),
        Input("available_points", "points", "Ten times the scored measures"),
        Input("prior_cost_score", "ratio", "Cost score of the prior year, where it was scored",
              optional=True),
    ],
    parameters=["cost_improvement_limit"],
    lines=[cost_achievement, cost_improvement, cost_category_score],
)  # fmt: skip
