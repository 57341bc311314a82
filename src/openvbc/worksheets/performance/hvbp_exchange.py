"""Hospital Value-Based Purchasing: the total performance score and the payment it exchanges for.

The slope of the exchange is set so that what is withheld is paid out; where the year's is not
known, dollars stand between the lowest and the highest slope that can be.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    only_where,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

SCORING = "42 CFR 412.165"
PAYMENT = "42 CFR 412.162"


@line(unit="points", cite=SCORING + "(b)", label="Total performance score")
def total_performance_score(
    sum_of_weighted_scores: Column, domains_scored: Column, minimum_domains: Column
) -> Column:
    """The sum of the weighted domain scores, if enough domains are scored."""
    return only_where(domains_scored >= minimum_domains, sum_of_weighted_scores)


@line(unit="ratio", cite=PAYMENT + "(b)(3)", status="empirical")
def value_based_incentive_percentage(
    total_performance_score: Column,
    withhold: Column,
    exchange_slope: Column,
    total_score_divisor: Column,
) -> Column:
    """Withhold x slope of the linear exchange x total performance score / the year's divisor."""
    return withhold * exchange_slope * total_performance_score / total_score_divisor


@line(unit="ratio", cite=PAYMENT)
def net_change(value_based_incentive_percentage: Column, withhold: Column) -> Column:
    """Value-based incentive percentage less the withhold."""
    return value_based_incentive_percentage - withhold


@line(
    unit="USD",
    cite=PAYMENT,
    rounding="half up to cents",
)
def payment_change(net_change: Column, base_operating_drg_payments: Column) -> Column:
    """Net change x base operating DRG payments of the fiscal year."""
    return round_half_up(net_change * base_operating_drg_payments, 2)


@line(
    unit="ratio",
    cite=PAYMENT + "(b)(3); slope estimated from the scores of the file",
    status="unverified",
)
def estimated_net_change(
    total_performance_score: Column,
    withhold: Column,
    estimated_exchange_slope: Column,
    total_score_divisor: Column,
) -> Column:
    """The net change with our own estimate of the slope, from the scores of the file."""
    share = total_performance_score / total_score_divisor
    return withhold * (estimated_exchange_slope * share - 1)


def _payment_change_at(
    slope: Column, score: Column, withhold: Column, divisor: Column, payments: Column
) -> Column:
    return round_half_up(withhold * (slope * score / divisor - 1) * payments, 2)


@line(
    unit="USD",
    cite=PAYMENT + "(b)(3); the lowest slope that can be",
    status="unverified",
    rounding="half up to cents",
)
def lowest_payment_change(
    total_performance_score: Column,
    withhold: Column,
    lowest_exchange_slope: Column,
    total_score_divisor: Column,
    base_operating_drg_payments: Column,
) -> Column:
    """Withhold x (lowest slope x total score / divisor - 1) x base operating DRG payments."""
    return _payment_change_at(
        lowest_exchange_slope,
        total_performance_score,
        withhold,
        total_score_divisor,
        base_operating_drg_payments,
    )


@line(
    unit="USD",
    cite=PAYMENT + "(b)(3); the highest slope that can be",
    status="unverified",
    rounding="half up to cents",
)
def highest_payment_change(
    total_performance_score: Column,
    withhold: Column,
    highest_exchange_slope: Column,
    total_score_divisor: Column,
    base_operating_drg_payments: Column,
) -> Column:
    """Withhold x (highest slope x total score / divisor - 1) x base operating DRG payments."""
    return _payment_change_at(
        highest_exchange_slope,
        total_performance_score,
        withhold,
        total_score_divisor,
        base_operating_drg_payments,
    )


@line(unit="USD", cite=PAYMENT, status="empirical", rounding="half up to cents")
def value_of_one_point_of_total(
    withhold: Column,
    exchange_slope: Column,
    total_score_divisor: Column,
    base_operating_drg_payments: Column,
) -> Column:
    """Withhold x slope / divisor x base operating DRG payments: one point of the total score.

    Missing where the year's slope is not known; the lowest and highest value then say what it is.
    """
    return round_half_up(
        withhold * exchange_slope / total_score_divisor * base_operating_drg_payments, 2
    )


@line(unit="USD", cite=PAYMENT, status="unverified", rounding="half up to cents")
def lowest_value_of_one_point_of_total(
    withhold: Column,
    lowest_exchange_slope: Column,
    total_score_divisor: Column,
    base_operating_drg_payments: Column,
) -> Column:
    """The same with the lowest slope that can be."""
    return round_half_up(
        withhold * lowest_exchange_slope / total_score_divisor * base_operating_drg_payments, 2
    )


@line(unit="USD", cite=PAYMENT, status="unverified", rounding="half up to cents")
def highest_value_of_one_point_of_total(
    withhold: Column,
    highest_exchange_slope: Column,
    total_score_divisor: Column,
    base_operating_drg_payments: Column,
) -> Column:
    """The same with the highest slope that can be."""
    return round_half_up(
        withhold * highest_exchange_slope / total_score_divisor * base_operating_drg_payments, 2
    )


HOSPITAL = Worksheet(
    "hvbp_hospital",
    "Hospital Value-Based Purchasing: total performance score and payment",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("sum_of_weighted_scores", "points", "Sum of the weighted domain scores"),
        Input("domains_scored", "domains", "Domains with a score"),
        Input("estimated_exchange_slope", "factor", "Slope estimated from the file",
              optional=True),
        Input("base_operating_drg_payments", "USD",
              "Base operating DRG payments of the fiscal year", optional=True),
        Input("published_total_performance_score", "points",
              "Total performance score as published", optional=True),
    ],
    parameters=[
        "minimum_domains", "withhold", "exchange_slope", "lowest_exchange_slope",
        "highest_exchange_slope", "total_score_divisor",
    ],
    lines=[
        total_performance_score, value_based_incentive_percentage, net_change, payment_change,
        estimated_net_change, lowest_payment_change, highest_payment_change,
        value_of_one_point_of_total, lowest_value_of_one_point_of_total,
        highest_value_of_one_point_of_total,
    ],
)  # fmt: skip


@line(unit="points", cite=SCORING, label="Total score gained by one point of the measure")
def total_gained_by_one_point(
    measure_score: Column, points_possible: Column, normalised_weight: Column
) -> Column:
    """Normalised weight of the domain x 100 / points possible; nothing at full points.

    Missing for a measure that is not scored: a point of it cannot be gained.
    """
    gained = ratio(100 * normalised_weight, points_possible)
    return only_where(~is_missing(measure_score), where(measure_score >= 10, 0, gained))


@line(unit="USD", cite=PAYMENT, status="empirical", rounding="half up to cents")
def value_of_one_point(
    total_gained_by_one_point: Column, value_of_one_point_of_total: Column
) -> Column:
    """Total score gained x value of one point of the total score."""
    return round_half_up(total_gained_by_one_point * value_of_one_point_of_total, 2)


@line(unit="USD", cite=PAYMENT, status="unverified", rounding="half up to cents")
def lowest_value_of_one_point(
    total_gained_by_one_point: Column, lowest_value_of_one_point_of_total: Column
) -> Column:
    """The same with the lowest slope that can be."""
    return round_half_up(total_gained_by_one_point * lowest_value_of_one_point_of_total, 2)


@line(unit="USD", cite=PAYMENT, status="unverified", rounding="half up to cents")
def highest_value_of_one_point(
    total_gained_by_one_point: Column, highest_value_of_one_point_of_total: Column
) -> Column:
    """The same with the highest slope that can be."""
    return round_half_up(total_gained_by_one_point * highest_value_of_one_point_of_total, 2)


ONE_POINT = Worksheet(
    "hvbp_one_point_more",
    "What one more point of a measure is worth",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("measure", "text", "Measure or survey dimension"),
        Input("measure_score", "points", "Measure score", optional=True),
        Input("points_possible", "points", "Points possible in the domain", optional=True),
        Input("normalised_weight", "ratio", "Weight of the domain", optional=True),
        Input("value_of_one_point_of_total", "USD", "Value of one point of the total score",
              optional=True),
        Input("lowest_value_of_one_point_of_total", "USD", "The same, lowest", optional=True),
        Input("highest_value_of_one_point_of_total", "USD", "The same, highest", optional=True),
    ],
    parameters=[],
    lines=[
        total_gained_by_one_point, value_of_one_point, lowest_value_of_one_point,
        highest_value_of_one_point,
    ],
)  # fmt: skip
