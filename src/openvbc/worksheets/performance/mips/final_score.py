"""MIPS: the final score of four weighted categories, and the payment adjustment that follows.

One row is one scored clinician, group, virtual group, subgroup or APM entity of a performance year.
Category scores are ratios of 0 to 1, the final score is in points of 0 to 100, adjustments are
ratios of the Part B amount for covered professional services of the payment year (performance year
+ 2). 42 U.S.C. 1395w-4(q); 42 CFR 414.1380(c), 414.1405.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    minimum,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

FINAL_SCORE = "42 CFR 414.1380(c)"
ADJUSTMENT = "42 CFR 414.1405"


@line(unit="points", cite=FINAL_SCORE)
def quality_points(quality_score: Column, quality_weight: Column) -> Column:
    """100 x weight x quality score; none where the category has no weight."""
    return where(quality_weight == 0, 0, 100 * quality_weight * quality_score)


@line(unit="points", cite=FINAL_SCORE)
def cost_points(cost_score: Column, cost_weight: Column) -> Column:
    """100 x weight x cost score; none where the category has no weight."""
    return where(cost_weight == 0, 0, 100 * cost_weight * cost_score)


@line(unit="points", cite=FINAL_SCORE)
def improvement_activities_points(
    improvement_activities_score: Column, improvement_activities_weight: Column
) -> Column:
    """100 x weight x improvement activities score; none where the category has no weight."""
    weighted = 100 * improvement_activities_weight * improvement_activities_score
    return where(improvement_activities_weight == 0, 0, weighted)


@line(unit="points", cite=FINAL_SCORE)
def promoting_interoperability_points(
    promoting_interoperability_score: Column, promoting_interoperability_weight: Column
) -> Column:
    """100 x weight x promoting interoperability score; none where the category has no weight."""
    weighted = 100 * promoting_interoperability_weight * promoting_interoperability_score
    return where(promoting_interoperability_weight == 0, 0, weighted)


@line(unit="points", cite=FINAL_SCORE + "; 414.1380(c)(3), (c)(4)")
def bonus_points(
    complex_patient_bonus: Column,
    small_practice: Column,
    small_practice_final_score_bonus: Column,
) -> Column:
    """Complex patient bonus, and in 2018 the bonus of a small practice."""
    return otherwise(complex_patient_bonus, 0) + where(
        small_practice, small_practice_final_score_bonus, 0
    )


@line(unit="points", cite=FINAL_SCORE)
def final_score(
    quality_points: Column,
    cost_points: Column,
    improvement_activities_points: Column,
    promoting_interoperability_points: Column,
    bonus_points: Column,
    fewer_than_two_categories: Column,
    performance_threshold: Column,
) -> Column:
    """The sum of the points, 100 at most; the threshold where fewer than two categories score."""
    weighted = quality_points + cost_points + improvement_activities_points
    summed = minimum(weighted + promoting_interoperability_points + bonus_points, 100)
    return where(fewer_than_two_categories, performance_threshold, summed)


@line(unit="ratio", cite=ADJUSTMENT + "(b)")
def negative_adjustment(
    final_score: Column, performance_threshold: Column, applicable_percent: Column
) -> Column:
    """Below the threshold: less the percent x the distance; all of it at a quarter and less."""
    shortfall = ratio(performance_threshold - final_score, performance_threshold)
    in_proportion = where(final_score < performance_threshold, shortfall, 0)
    share = where(4 * final_score <= performance_threshold, 1, in_proportion)
    negative: Column = -applicable_percent * where(is_missing(final_score), final_score, share)
    return negative


@line(unit="ratio", cite=ADJUSTMENT + "(b), (c)")
def positive_adjustment_before_scaling(
    final_score: Column, performance_threshold: Column, applicable_percent: Column
) -> Column:
    """Above the threshold: the percent x the share of the way from there to 100."""
    way = ratio(final_score - performance_threshold, 100 - performance_threshold)
    return applicable_percent * clamp(way, 0, 1)


@line(unit="ratio", cite=ADJUSTMENT + "(d)")
def additional_adjustment_before_scaling(
    final_score: Column,
    additional_performance_threshold: Column,
    additional_adjustment_at_threshold: Column,
    additional_adjustment_at_full_score: Column,
) -> Column:
    """From the additional threshold: 0.5% there, in a straight line to 10% at 100."""
    width = additional_adjustment_at_full_score - additional_adjustment_at_threshold
    way = ratio(
        final_score - additional_performance_threshold, 100 - additional_performance_threshold
    )
    reached = final_score >= additional_performance_threshold
    return where(reached, additional_adjustment_at_threshold + width * way, 0)


def _scaled(factor: Column, before_scaling: Column) -> Column:
    """Factor x amount; nothing to scale is nothing, whatever the factor."""
    return where(before_scaling == 0, 0, factor * before_scaling)


@line(unit="ratio", cite=ADJUSTMENT)
def payment_adjustment(
    negative_adjustment: Column,
    positive_adjustment_before_scaling: Column,
    additional_adjustment_before_scaling: Column,
    scaling_factor: Column,
    additional_scaling_factor: Column,
) -> Column:
    """Negative, or positive x scaling factor, and additional x its own factor.

    Missing above the threshold while the year's factors are not known.
    """
    positive = _scaled(scaling_factor, positive_adjustment_before_scaling)
    additional = _scaled(additional_scaling_factor, additional_adjustment_before_scaling)
    adjustment: Column = negative_adjustment + positive + additional
    return adjustment


@line(unit="ratio", cite=ADJUSTMENT)
def least_payment_adjustment(payment_adjustment: Column, negative_adjustment: Column) -> Column:
    """The payment adjustment; where the factors are not known, the least the law allows: none."""
    return where(is_missing(payment_adjustment), negative_adjustment, payment_adjustment)


@line(unit="ratio", cite=ADJUSTMENT + "(c), (d)")
def most_payment_adjustment(
    payment_adjustment: Column,
    positive_adjustment_before_scaling: Column,
    additional_adjustment_before_scaling: Column,
    scaling_factor: Column,
    scaling_factor_limit: Column,
    additional_scaling_factor: Column,
) -> Column:
    """The payment adjustment; where a factor is not known, with the largest one of the law.

    The scaling factor is 3 at most, the additional one 1.
    """
    factor = where(is_missing(scaling_factor), scaling_factor_limit, scaling_factor)
    additional = otherwise(additional_scaling_factor, 1)
    most = factor * positive_adjustment_before_scaling
    most = most + additional * additional_adjustment_before_scaling
    return where(is_missing(payment_adjustment), most, payment_adjustment)


@line(unit="USD", cite=ADJUSTMENT + "(e)", rounding="half up to cents")
def payment_change(payment_adjustment: Column, covered_professional_services: Column) -> Column:
    """The adjustment x the Part B amount for covered professional services."""
    return round_half_up(payment_adjustment * covered_professional_services, 2)


@line(unit="USD", cite=ADJUSTMENT + "(e)", rounding="half up to cents")
def least_payment_change(
    least_payment_adjustment: Column, covered_professional_services: Column
) -> Column:
    """The least adjustment x the Part B amount."""
    return round_half_up(least_payment_adjustment * covered_professional_services, 2)


@line(unit="USD", cite=ADJUSTMENT + "(e)", rounding="half up to cents")
def most_payment_change(
    most_payment_adjustment: Column, covered_professional_services: Column
) -> Column:
    """The most adjustment x the Part B amount."""
    return round_half_up(most_payment_adjustment * covered_professional_services, 2)


@line(unit="points", cite=ADJUSTMENT)
def points_to_threshold(final_score: Column, performance_threshold: Column) -> Column:
    """Points lacking to the performance threshold; missing at and above it."""
    return only_where(final_score < performance_threshold, performance_threshold - final_score)


CATEGORY_INPUTS = (
    Input("quality_score", "ratio", "Quality score", optional=True),
    Input("cost_score", "ratio", "Cost score", optional=True),
    Input("improvement_activities_score", "ratio", "Improvement activities score", optional=True),
    Input("promoting_interoperability_score", "ratio", "Promoting interoperability score",
          optional=True),
)  # fmt: skip

MIPS_FINAL_SCORE = Worksheet(
    "mips_final_score",
    "Merit-based Incentive Payment System: final score and payment adjustment",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("pathway", "text", "Pathway: traditional, MVP or APP"),
        Input("small_practice", "flag", "Small practice", missing=False),
        Input("zeroed", "text", "Categories not scored: none, or joined by +"),
        Input("fewer_than_two_categories", "flag", "Fewer than two categories are scored",
              missing=False, optional=True),
        *CATEGORY_INPUTS,
        Input("complex_patient_bonus", "points", "Complex patient bonus", optional=True),
        Input("covered_professional_services", "USD",
              "Part B amount for covered professional services of the payment year",
              optional=True),
        Input("published_final_score", "points", "Final score as published", optional=True),
    ],
    parameters=[
        "quality_weight", "cost_weight", "improvement_activities_weight",
        "promoting_interoperability_weight", "small_practice_final_score_bonus",
        "performance_threshold", "applicable_percent", "scaling_factor", "scaling_factor_limit",
        "additional_performance_threshold", "additional_scaling_factor",
        "additional_adjustment_at_threshold", "additional_adjustment_at_full_score",
    ],
    lines=[
        quality_points, cost_points, improvement_activities_points,
        promoting_interoperability_points, bonus_points, final_score, points_to_threshold,
        negative_adjustment, positive_adjustment_before_scaling,
        additional_adjustment_before_scaling, payment_adjustment, least_payment_adjustment,
        most_payment_adjustment, payment_change, least_payment_change, most_payment_change,
    ],
)  # fmt: skip
