"""MIPS quality: points of a measure by decile, with floors and limits, and the category's score.

The measure sheet has one row a measure of a clinician or group, rates in the benchmark's unit (most
in percent); the category sheet one row a clinician or group. 42 CFR 414.1380(b)(1).
"""

from __future__ import annotations

from itertools import pairwise

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    maximum,
    minimum,
    only_where,
    otherwise,
    ratio,
    round_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

POINTS = "42 CFR 414.1380(b)(1)"


def _segment(rate: Column, low: Column, high: Column) -> Column:
    """The share of a decile that a rate has passed: whole at its end, also of an empty decile."""
    inside = where(rate > low, ratio(rate - low, high - low), 0)
    passed: Column = where(rate >= high, 1, inside) + rate * 0
    return passed


@line(unit="points", cite=POINTS + "(ii)", status="empirical")
def decile_points(
    performance_rate: Column,
    lower_is_better: Column,
    boundary_1: Column,
    boundary_2: Column,
    boundary_3: Column,
    boundary_4: Column,
    boundary_5: Column,
    boundary_6: Column,
    boundary_7: Column,
    boundary_8: Column,
    boundary_9: Column,
    boundary_10: Column,
) -> Column:
    """Decile + the share of the way to the next one; 10 from the tenth decile on.

    `boundary_d` is the rate at which decile d begins, from the worst to the best. In the first
    decile of a benchmark that does not say where it begins there are no partial points.
    """
    ends = (
        boundary_2, boundary_3, boundary_4, boundary_5, boundary_6, boundary_7, boundary_8,
        boundary_9, boundary_10,
    )  # fmt: skip
    sign = where(lower_is_better, -1, 1)
    rate = performance_rate * sign
    first = otherwise(boundary_1, 0) * sign
    begun = ~is_missing(boundary_1) & (rate > first)
    within = where(begun, ratio(rate - first, boundary_2 * sign - first), 0)
    points: Column = 1 + where(rate >= boundary_2 * sign, 1, within) + rate * 0
    for low, high in pairwise(ends):
        points = points + _segment(rate, low * sign, high * sign)
    return points


@line(unit="points", cite="benchmark files, examples", status="empirical", rounding="cut to tenths")
def printed_decile_points(decile_points: Column) -> Column:
    """Decile points as examples print them: cut off after a tenth."""
    tenths: Column = -round_up(-decile_points * 10)
    return ratio(tenths, tenths * 0 + 10)


@line(unit="points", cite=POINTS + "(i)")
def points_before_limit(
    decile_points: Column,
    has_benchmark: Column,
    enough_cases: Column,
    without_floor: Column,
    floor_with_benchmark: Column,
    floor_without_benchmark: Column,
) -> Column:
    """With a benchmark and enough cases the decile's points, at least the floor; else the other.

    None where nothing is earned without a score (`without_floor`): a measure from claims that was
    chosen in an MVP (42 CFR 414.1365(d)(3)(i)(B)).
    """
    scored = maximum(decile_points, floor_with_benchmark)
    unscored = where(without_floor, 0, floor_without_benchmark)
    return where(has_benchmark & enough_cases, scored, unscored)


@line(unit="points", cite=POINTS + "(i)")
def new_measure_points(
    measure_year: Column,
    new_measure_first_year_points: Column,
    new_measure_second_year_points: Column,
) -> Column:
    """The points of a measure in its first and second year; missing later."""
    second = only_where(measure_year == 2, new_measure_second_year_points)
    return where(measure_year == 1, new_measure_first_year_points, second)


@line(unit="points", cite=POINTS + "(i), (iv)")
def measure_points(
    points_before_limit: Column,
    new_measure_points: Column,
    without_floor: Column,
    data_complete: Column,
    topped_out_years: Column,
    listed_topped_out: Column,
    limit_removed: Column,
    topped_out_list: Column,
    topped_out_limit: Column,
    points_for_incomplete_data: Column,
) -> Column:
    """At least those of a new measure, at most the limit where topped out; incomplete data apart.

    A new measure has its points without a benchmark and with too few cases too. The limit holds
    from the second topped-out year in a row, in 2018 for listed measures alone; not for the Web
    Interface, in the APM Performance Pathway or for measures freed of it (`limit_removed`).
    Incomplete data of the Web Interface earn nothing (`without_floor`).
    """
    is_new = ~is_missing(new_measure_points) & ~without_floor
    raised = where(is_new, maximum(points_before_limit, new_measure_points), points_before_limit)
    by_years = is_missing(topped_out_list)
    topped_out = (by_years & (topped_out_years >= 2)) | (~by_years & listed_topped_out)
    limited = topped_out & ~limit_removed & ~is_missing(topped_out_limit)
    held = where(limited, minimum(raised, topped_out_limit), raised)
    return where(data_complete, held, where(without_floor, 0, points_for_incomplete_data))


BOUNDARIES = tuple(f"boundary_{decile}" for decile in range(1, 11))


def boundary_inputs(unit: str = "as measured") -> list[Input]:
    """Where each decile of a benchmark begins, in the unit of the measure's rate."""
    return [
        Input(name, unit, f"Where decile {name[9:]} begins", optional=True) for name in BOUNDARIES
    ]


QUALITY_MEASURE = Worksheet(
    "mips_quality_measure",
    "MIPS quality: points of a measure",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("small_practice", "flag", "Small practice", missing=False),
        Input("performance_rate", "as measured", "Performance rate", optional=True),
        Input("lower_is_better", "flag", "Inverse measure: lower is better", missing=False,
              optional=True),
        *boundary_inputs(),
        Input("has_benchmark", "flag", "The measure has a benchmark of the year"),
        Input("enough_cases", "flag", "At least the case minimum"),
        Input("data_complete", "flag", "Data completeness is met"),
        Input("measure_year", "years", "How many years the measure has been in use",
              optional=True),
        Input("topped_out_years", "years", "Years in a row that the measure is topped out",
              optional=True),
        Input("listed_topped_out", "flag", "On the year's list, with a topped-out benchmark",
              missing=False, optional=True),
        Input("limit_removed", "flag", "Free of the limit of topped-out measures", missing=False,
              optional=True),
        Input("without_floor", "flag", "Earns nothing where it is not scored", missing=False,
              optional=True),
    ],
    parameters=[
        "floor_with_benchmark", "floor_without_benchmark", "points_for_incomplete_data",
        "new_measure_first_year_points", "new_measure_second_year_points", "topped_out_list",
        "topped_out_limit",
    ],
    lines=[
        decile_points, printed_decile_points, points_before_limit, new_measure_points,
        measure_points,
    ],
)  # fmt: skip


@line(unit="ratio", cite=POINTS + "(vi)")
def achievement(achievement_points: Column, available_points: Column) -> Column:
    """Points of the measures that count over the points available (ten a measure required)."""
    return ratio(achievement_points, available_points)


@line(unit="points", cite=POINTS + "(vii)(C)")
def complex_organization_adjustment(
    electronic_points: Column, available_points: Column, complex_organization_limit: Column
) -> Column:
    """Points of a virtual group's or APM entity's electronic measures, to a share of what there is.

    Each of them has a point, or what its own points lack of ten. None in years without a limit.
    """
    most = available_points * otherwise(complex_organization_limit, 0)
    return minimum(otherwise(electronic_points, 0), most)


@line(unit="ratio", cite=POINTS + "(v), (vii)")
def achievement_with_bonus(
    achievement_points: Column,
    measure_bonus_points: Column,
    complex_organization_adjustment: Column,
    small_practice: Column,
    measures_submitted: Column,
    small_practice_quality_bonus: Column,
    available_points: Column,
) -> Column:
    """With measure bonuses (to 2021, each a tenth of what is available at most), the adjustment of
    complex organizations (from 2025) and small practice.

    The bonuses of measures are given; their limits are theirs. A small practice has its own where
    it submitted a measure, whatever that earned; what CMS computes from claims is not submitted.
    """
    small = where(small_practice & (measures_submitted > 0), small_practice_quality_bonus, 0)
    points = achievement_points + otherwise(measure_bonus_points, 0) + small
    points = points + complex_organization_adjustment
    return ratio(points, available_points)


@line(unit="ratio", cite=POINTS + "(vi)")
def quality_improvement(
    achievement: Column,
    prior_achievement: Column,
    full_participation: Column,
    least_prior_achievement: Column,
    quality_improvement_limit: Column,
) -> Column:
    """A tenth of the relative gain over the prior year's achievement (30% at least); 0 to 10%."""
    prior = maximum(prior_achievement, least_prior_achievement)
    gain = quality_improvement_limit * ratio(achievement - prior, prior)
    limited = minimum(maximum(gain, 0), quality_improvement_limit)
    return where(full_participation & ~is_missing(prior_achievement), limited, 0)


@line(unit="ratio", cite=POINTS + "(vii)")
def quality_score(achievement_with_bonus: Column, quality_improvement: Column) -> Column:
    """Achievement with bonuses and improvement, 1 at most."""
    return clamp(achievement_with_bonus + quality_improvement, 0, 1)


QUALITY_CATEGORY = Worksheet(
    "mips_quality_category",
    "MIPS quality: score of the category",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("small_practice", "flag", "Small practice", missing=False),
        Input("achievement_points", "points", "Points of the measures that count"),
        Input("available_points", "points", "Ten times the measures required"),
        Input("measures_submitted", "count", "Measures submitted, also those that do not count"),
        Input("measure_bonus_points", "points", "Bonus points of measures, 2017 to 2021",
              optional=True),
        Input("electronic_points", "points",
              "Points for electronic measures of a virtual group or APM entity, from 2025",
              optional=True),
        Input("prior_achievement", "ratio", "Achievement of the prior year", optional=True),
        Input("full_participation", "flag", "All required measures, complete", missing=False,
              optional=True),
    ],
    parameters=[
        "small_practice_quality_bonus", "complex_organization_limit", "least_prior_achievement",
        "quality_improvement_limit",
    ],
    lines=[
        achievement, complex_organization_adjustment, achievement_with_bonus, quality_improvement,
        quality_score,
    ],
)  # fmt: skip
