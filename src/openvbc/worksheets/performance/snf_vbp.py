"""SNF Value-Based Purchasing: from measure rates to the incentive payment multiplier.

A detail sheet, one row a facility and measure, gives the points of each measure; the main sheet,
one row a facility, divides points earned by points possible and lays the score on the exchange.
The years of one measure (to 2025: 100 points at the benchmark) and of several (from 2026: 10 points
each) differ in their scales only, which are rules.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    exponential,
    is_missing,
    only_where,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.points import at_benchmark, points_lines

SCORING = "42 CFR 413.338(d), one measure; (e), several"
PAYMENT = "42 CFR 413.337(f); 413.338(c)"


@line(
    unit="as scored",
    cite=SCORING,
)
def performance(performance_rate: Column, rate_is_inverted: Column) -> Column:
    """1 - rate of the performance period, or the rate itself where a higher rate is better."""
    return where(rate_is_inverted, 1 - performance_rate, performance_rate)


@line(
    unit="as scored",
    cite=SCORING,
)
def baseline(baseline_rate: Column, rate_is_inverted: Column) -> Column:
    """1 - rate of the baseline period, or the rate itself where a higher rate is better."""
    return where(rate_is_inverted, 1 - baseline_rate, baseline_rate)


@line(unit="as scored", cite=SCORING)
def threshold(achievement_threshold: Column) -> Column:
    """The achievement threshold of the program year."""
    return achievement_threshold


@line(unit="points", cite=SCORING)
def points_possible(measure_score: Column, achievement_scale: Column) -> Column:
    """The points at the benchmark, for a measure that is scored."""
    return where(is_missing(measure_score), 0, at_benchmark(achievement_scale, measure_score))


@line(unit="as measured", cite="inverse of the achievement line")
def rate_for_full_score(benchmark: Column, performance: Column, rate_is_inverted: Column) -> Column:
    """The rate at the benchmark; missing once it is reached."""
    rate = where(rate_is_inverted, 1 - benchmark, benchmark)
    return only_where(performance < benchmark, rate)


MEASURE = Worksheet(
    "snf_vbp_measure",
    "SNF Value-Based Purchasing: points of each measure",
    inputs=[
        Input("fiscal_year", "year", "Program (fiscal) year"),
        Input("measure", "text", "Measure"),
        Input("baseline_rate", "as measured", "Rate, baseline period", optional=True),
        Input("performance_rate", "as measured", "Rate, performance period", optional=True),
        Input("share_of_facilities_worse", "ratio", "Share of facilities that do worse",
              optional=True),
        Input("published_achievement_points", "points", "Achievement score as published",
              optional=True),
        Input("published_improvement_points", "points", "Improvement score as published",
              optional=True),
        Input("published_measure_score", "points", "Measure score as published", optional=True),
    ],
    parameters=[
        "rate_is_inverted", "lower_is_better", "achievement_threshold", "benchmark",
        "achievement_scale", "improvement_scale",
    ],
    lines=[
        performance, baseline, threshold,
        *points_lines(SCORING, SCORING, SCORING),
        points_possible, rate_for_full_score,
    ],
)  # fmt: skip


@line(
    unit="points",
    cite="42 CFR 413.338(e)(1) to (3)",
    status="empirical",
    rounding="half up to 5 decimals",
)
def performance_score(
    points_earned: Column,
    points_possible: Column,
    measures_scored: Column,
    minimum_measures: Column,
) -> Column:
    """100 x points earned / points possible, if enough measures are scored."""
    score = round_half_up(ratio(100 * points_earned, points_possible), 5)
    return only_where(measures_scored >= minimum_measures, score)


@line(unit="factor", cite=PAYMENT, status="empirical")
def incentive_payment_multiplier(
    performance_score: Column,
    withhold: Column,
    exchange_height: Column,
    exchange_steepness: Column,
    exchange_middle: Column,
) -> Column:
    """1 - withhold + height / (1 + e^(-steepness x (score - middle))), the logistic exchange."""
    bend = exponential(-exchange_steepness * (performance_score - exchange_middle))
    multiplier: Column = 1 - withhold + exchange_height / (1 + bend)
    return multiplier


@line(unit="USD", cite=PAYMENT, rounding="half up to cents")
def payment_change(
    incentive_payment_multiplier: Column, federal_per_diem_payments: Column
) -> Column:
    """(Multiplier - 1) x adjusted federal per diem payments of the fiscal year."""
    return round_half_up((incentive_payment_multiplier - 1) * federal_per_diem_payments, 2)


@line(unit="factor", cite=PAYMENT, status="empirical")
def multiplier_gained_by_one_point(
    incentive_payment_multiplier: Column,
    performance_score: Column,
    withhold: Column,
    exchange_height: Column,
    exchange_steepness: Column,
    exchange_middle: Column,
) -> Column:
    """The multiplier at one point more (at most 100) less the multiplier."""
    more = where(performance_score > 99, 100, performance_score + 1)
    bend = exponential(-exchange_steepness * (more - exchange_middle))
    gained: Column = 1 - withhold + exchange_height / (1 + bend) - incentive_payment_multiplier
    return gained


@line(unit="USD", cite=PAYMENT, status="empirical", rounding="half up to cents")
def value_of_one_point(
    multiplier_gained_by_one_point: Column, federal_per_diem_payments: Column
) -> Column:
    """Multiplier gained by one point x adjusted federal per diem payments."""
    return round_half_up(multiplier_gained_by_one_point * federal_per_diem_payments, 2)


FACILITY = Worksheet(
    "snf_vbp_facility",
    "SNF Value-Based Purchasing: performance score and multiplier",
    inputs=[
        Input("fiscal_year", "year", "Program (fiscal) year"),
        Input("points_earned", "points", "Points of all measures"),
        Input("points_possible", "points", "Points possible, measures that are scored"),
        Input("measures_scored", "measures", "Measures with a score"),
        Input("federal_per_diem_payments", "USD",
              "Adjusted federal per diem payments of the fiscal year", optional=True),
        Input("published_performance_score", "points", "Performance score as published",
              optional=True),
        Input("published_multiplier", "factor", "Multiplier as published", optional=True),
    ],
    parameters=[
        "minimum_measures", "withhold", "exchange_height", "exchange_steepness",
        "exchange_middle",
    ],
    lines=[
        performance_score, incentive_payment_multiplier, payment_change,
        multiplier_gained_by_one_point, value_of_one_point,
    ],
)  # fmt: skip
