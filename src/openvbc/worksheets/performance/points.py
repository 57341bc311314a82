"""Points from threshold, benchmark, baseline and performance.

The one rule behind Hospital VBP, SNF VBP and most contracts that pay by quality:

- *achievement*: nothing below the threshold, full points at the benchmark, in between a straight
  line in ``(performance - threshold) / (benchmark - threshold)``;
- *improvement*: nothing without improvement over its own baseline, the most points at the
  benchmark, in between a straight line in ``(performance - baseline) / (benchmark - baseline)``;
- the measure scores the higher of the two.

The straight lines are data, a *scale* of one row: ``at_benchmark``, ``multiplier``, ``offset``,
``decimals`` (rounded half up), ``least`` and ``most`` (null: no limit). Where lower is better the
signs of all four numbers are turned, and the same rule holds.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    minimum,
    only_where,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Line, line


def oriented(value: Column, lower_is_better: Column) -> Column:
    """`value` with its sign turned where lower is better, so that higher is always better."""
    return where(lower_is_better, -value, value)


def on_scale(scale: Column, share: Column) -> Column:
    """Points for a share of the way to the benchmark, by the straight line of a scale."""
    return by_table(scale, share, _points)


def _points(scale: Table, share: Column) -> Column:
    points = share * _cell(scale, "multiplier", share) + _cell(scale, "offset", share)
    points = round_half_up(points, _decimals(scale))
    least, most = scale[0].get("least"), scale[0].get("most")
    if least is not None:
        points = maximum(points, _cell(scale, "least", share))
    if most is not None:
        points = minimum(points, _cell(scale, "most", share))
    return points


def at_benchmark(scale: Column, like: Column) -> Column:
    """The points a scale gives at the benchmark."""
    return by_table(scale, like, lambda table, x: x * 0 + _cell(table, "at_benchmark", x))


def share_for_points(scale: Column, points: Column) -> Column:
    """The least share of the way to the benchmark that gives `points` after rounding half up."""
    return by_table(scale, points, _share)


def _share(scale: Table, points: Column) -> Column:
    half = _like(Decimal(5).scaleb(-_decimals(scale) - 1), points)
    line_points = points - half - _cell(scale, "offset", points)
    return line_points / _cell(scale, "multiplier", points)


def _decimals(scale: Table) -> int:
    return int(str(scale[0]["decimals"]))


def _cell(scale: Table, name: str, like: Column) -> Column:
    return _like(Decimal(str(scale[0][name])), like)


def _like(value: Decimal, column: Column) -> Column:
    return np.array([value if column.dtype == object else float(value)], dtype=column.dtype)


def achievement(performance: Column, threshold: Column, benchmark: Column, scale: Column) -> Column:
    """Points for the level of performance (higher is better); missing without performance."""
    line_points = on_scale(scale, ratio(performance - threshold, benchmark - threshold))
    top = at_benchmark(scale, performance)
    below = where(performance < threshold, 0, line_points)
    return where(performance >= benchmark, top, below)


def improvement(performance: Column, baseline: Column, benchmark: Column, scale: Column) -> Column:
    """Points for bettering its own baseline (higher is better); missing without a baseline.

    Above the benchmark there are points only if the baseline was bettered.
    """
    line_points = on_scale(scale, ratio(performance - baseline, benchmark - baseline))
    top = at_benchmark(scale, performance + baseline)
    gained = where(performance >= benchmark, top, line_points)
    return where(performance <= baseline, 0, gained)


def higher_of(achieved: Column, improved: Column) -> Column:
    """The higher of achievement and improvement; achievement where there is no improvement."""
    return where(is_missing(improved), achieved, maximum(achieved, improved))


def points_lines(achievement_cite: str, improvement_cite: str, score_cite: str) -> list[Line]:
    """The three lines of a worksheet by measure, with the citations of a program.

    The worksheet gives ``performance``, ``baseline``, ``threshold``, ``benchmark`` and
    ``lower_is_better``, and the parameters ``achievement_scale`` and ``improvement_scale``.
    """

    @line(
        unit="points", cite=achievement_cite, status="empirical", rounding="half up, by the scale"
    )
    def achievement_points(
        performance: Column,
        threshold: Column,
        benchmark: Column,
        lower_is_better: Column,
        achievement_scale: Column,
    ) -> Column:
        """Full points at the benchmark, none below the threshold, in between multiplier x
        (performance - threshold) / (benchmark - threshold) + offset.
        """
        return achievement(
            oriented(performance, lower_is_better),
            oriented(threshold, lower_is_better),
            oriented(benchmark, lower_is_better),
            achievement_scale,
        )

    @line(
        unit="points", cite=improvement_cite, status="empirical", rounding="half up, by the scale"
    )
    def improvement_points(
        performance: Column,
        baseline: Column,
        benchmark: Column,
        lower_is_better: Column,
        improvement_scale: Column,
    ) -> Column:
        """None without improvement over the baseline, the most at the benchmark, in between
        multiplier x (performance - baseline) / (benchmark - baseline) + offset.
        """
        return improvement(
            oriented(performance, lower_is_better),
            oriented(baseline, lower_is_better),
            oriented(benchmark, lower_is_better),
            improvement_scale,
        )

    @line(unit="points", cite=score_cite)
    def measure_score(achievement_points: Column, improvement_points: Column) -> Column:
        """The higher of achievement points and improvement points."""
        return higher_of(achievement_points, improvement_points)

    return [achievement_points, improvement_points, measure_score]


@line(unit="as measured", cite="inverse of the points' straight lines", rounding="not rounded")
def performance_for_next_point(
    measure_score: Column,
    threshold: Column,
    benchmark: Column,
    baseline: Column,
    lower_is_better: Column,
    achievement_scale: Column,
    improvement_scale: Column,
) -> Column:
    """The least performance that would give one point more, by the easier of the two ways.

    Missing where the measure has full points.
    """
    start = oriented(threshold, lower_is_better)
    goal = oriented(benchmark, lower_is_better)
    before = oriented(baseline, lower_is_better)
    wanted = measure_score + 1
    full = at_benchmark(achievement_scale, wanted)
    achieved = start + share_for_points(achievement_scale, wanted) * (goal - start)
    achieved = where(wanted >= full, goal, maximum(achieved, start))
    most_improved = at_benchmark(improvement_scale, wanted)
    improved = before + share_for_points(improvement_scale, wanted) * (goal - before)
    unreachable = is_missing(improved) | (wanted > most_improved) | (before >= goal)
    easier = where(unreachable, achieved, minimum(achieved, minimum(improved, goal)))
    return oriented(only_where(measure_score < full, easier), lower_is_better)
