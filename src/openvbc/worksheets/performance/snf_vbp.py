"""SNF Value-Based Purchasing: from readmission rates to the incentive payment multiplier."""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    exponential,
    only_where,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.points import points_lines

SCORING = "42 CFR 413.338(d)"
PAYMENT = "42 CFR 413.337(f); 413.338(e)"


@line(unit="inverted rate", cite=SCORING, excel="=1-{performance_rate}")
def performance(performance_rate: Column) -> Column:
    """1 - risk-standardised readmission rate of the performance period."""
    return 1 - performance_rate


@line(unit="inverted rate", cite=SCORING, excel="=1-{baseline_rate}")
def baseline(baseline_rate: Column) -> Column:
    """1 - risk-standardised readmission rate of the baseline period."""
    return 1 - baseline_rate


@line(unit="inverted rate", cite=SCORING)
def threshold(achievement_threshold: Column) -> Column:
    """The achievement threshold of the program year."""
    return achievement_threshold


@line(unit="points", cite=SCORING, excel="={measure_score}")
def performance_score(measure_score: Column) -> Column:
    """The higher of achievement score and improvement score."""
    return measure_score


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


@line(unit="rate", cite="inverse of the achievement line")
def rate_for_full_score(benchmark: Column, performance: Column) -> Column:
    """The readmission rate at the benchmark: 1 - benchmark; missing once it is reached."""
    return only_where(performance < benchmark, 1 - benchmark)


FACILITY = Worksheet(
    "snf_vbp_facility",
    "SNF Value-Based Purchasing: performance score and multiplier",
    inputs=[
        Input("fiscal_year", "year", "Program (fiscal) year"),
        Input("baseline_rate", "rate", "Readmission rate, baseline period", optional=True),
        Input("performance_rate", "rate", "Readmission rate, performance period", optional=True),
        Input("share_of_facilities_worse", "ratio", "Share of facilities that do worse",
              optional=True),
        Input("federal_per_diem_payments", "USD",
              "Adjusted federal per diem payments of the fiscal year", optional=True),
        Input("published_achievement_points", "points", "Achievement score as published",
              optional=True),
        Input("published_improvement_points", "points", "Improvement score as published",
              optional=True),
        Input("published_performance_score", "points", "Performance score as published",
              optional=True),
        Input("published_multiplier", "factor", "Multiplier as published", optional=True),
    ],
    parameters=[
        "lower_is_better", "achievement_threshold", "benchmark", "achievement_scale",
        "improvement_scale", "withhold", "exchange_height", "exchange_steepness",
        "exchange_middle",
    ],
    lines=[
        performance, baseline, threshold,
        *points_lines(SCORING + "(1)", SCORING + "(2)", SCORING + "(3)"),
        performance_score, incentive_payment_multiplier, payment_change,
        multiplier_gained_by_one_point, value_of_one_point, rate_for_full_score,
    ],
)  # fmt: skip
