"""Comprehensive Care for Joint Replacement: the composite quality score of a hospital.

42 CFR 510.315: complications at most 10 points, HCAHPS at most 8, submission of patient-reported
outcomes 2; each measure may add a tenth of its maximum for improvement. Grain: one row a hospital
and performance year. Percentiles are numbers of 0 to 100 as printed.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    minimum,
    otherwise,
    reached,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

QUALITY = "42 CFR 510.315"


def points_reached(table: Table, percentile: Column) -> Column:
    """Points of the highest band whose lower end the percentile reaches."""
    return reached(table, percentile, "points")


@line(unit="percentile", cite=QUALITY, label="Complications, percentile used")
def complications_percentile_used(
    complications_percentile: Column, percentile_of_missing_measure: Column
) -> Column:
    """The percentile, or the 50th where the measure has no value."""
    return otherwise(complications_percentile, percentile_of_missing_measure)


@line(unit="points", cite=QUALITY)
def complications_band_points(
    complications_percentile_used: Column, complications_points_by_percentile: Column
) -> Column:
    """Points of the band of the percentile used."""
    return by_table(
        complications_points_by_percentile, complications_percentile_used, points_reached
    )


@line(unit="percentile", cite=QUALITY, label="HCAHPS, percentile used")
def hcahps_percentile_used(
    hcahps_percentile: Column, percentile_of_missing_measure: Column
) -> Column:
    """The percentile, or the 50th where the measure has no value."""
    return otherwise(hcahps_percentile, percentile_of_missing_measure)


@line(unit="points", cite=QUALITY, label="HCAHPS band points")
def hcahps_band_points(
    hcahps_percentile_used: Column, hcahps_points_by_percentile: Column
) -> Column:
    """Points of the band of the percentile used."""
    return by_table(hcahps_points_by_percentile, hcahps_percentile_used, points_reached)


@line(unit="points", cite=QUALITY)
def complications_improvement(
    complications_percentile: Column,
    complications_percentile_previous: Column,
    improvement_percentiles: Column,
    complications_improvement_points: Column,
) -> Column:
    """The improvement points where the percentile is up enough; zero where either is not known."""
    up = complications_percentile - complications_percentile_previous
    return where(up >= improvement_percentiles, complications_improvement_points, 0)


@line(unit="points", cite=QUALITY)
def hcahps_improvement(
    hcahps_percentile: Column,
    hcahps_percentile_previous: Column,
    improvement_percentiles: Column,
    hcahps_improvement_points: Column,
) -> Column:
    """The improvement points where the percentile is up enough; zero where either is not known."""
    up = hcahps_percentile - hcahps_percentile_previous
    return where(up >= improvement_percentiles, hcahps_improvement_points, 0)


@line(unit="points", cite=QUALITY)
def complications_points(
    complications_band_points: Column, complications_improvement: Column
) -> Column:
    """Points of the band plus improvement."""
    return complications_band_points + complications_improvement


@line(unit="points", cite=QUALITY, label="HCAHPS points")
def hcahps_points(hcahps_band_points: Column, hcahps_improvement: Column) -> Column:
    """Points of the band plus improvement."""
    return hcahps_band_points + hcahps_improvement


@line(unit="points", cite=QUALITY, label="Points for submitting patient-reported outcomes")
def pro_points(pro_submitted: Column, pro_submission_points: Column) -> Column:
    """The points of submission where it was made."""
    return where(pro_submitted, pro_submission_points, 0)


@line(unit="points", cite=QUALITY)
def score_without_improvement(
    complications_band_points: Column,
    hcahps_band_points: Column,
    pro_points: Column,
    most_quality_points: Column,
) -> Column:
    """Points of both bands and of submission: what can be said without last year's percentiles."""
    return minimum(complications_band_points + hcahps_band_points + pro_points, most_quality_points)


@line(unit="points", cite=QUALITY, label="Score if both measures improved")
def score_with_all_improvement(
    complications_band_points: Column,
    hcahps_band_points: Column,
    pro_points: Column,
    complications_improvement_points: Column,
    hcahps_improvement_points: Column,
    most_quality_points: Column,
) -> Column:
    """The highest score that improvement could give."""
    total = complications_band_points + hcahps_band_points + pro_points
    total = total + complications_improvement_points + hcahps_improvement_points
    return minimum(total, most_quality_points)


@line(unit="points", cite=QUALITY)
def composite_quality_score(
    complications_points: Column,
    hcahps_points: Column,
    pro_points: Column,
    most_quality_points: Column,
) -> Column:
    """Points of both measures with improvement and of submission, at most the maximum."""
    return minimum(complications_points + hcahps_points + pro_points, most_quality_points)


def _category(
    score: Column, acceptable_from: Column, good_from: Column, excellent_above: Column
) -> Column:
    category: Column = where(
        score > excellent_above,
        "excellent",
        where(
            score >= good_from,
            "good",
            where(score >= acceptable_from, "acceptable", "below acceptable"),
        ),
    )
    return category


@line(unit="text", cite=QUALITY)
def quality_category(
    composite_quality_score: Column,
    acceptable_from: Column,
    good_from: Column,
    excellent_above: Column,
) -> Column:
    """Excellent above the highest bound, good and acceptable from theirs on, else below."""
    return _category(composite_quality_score, acceptable_from, good_from, excellent_above)


@line(unit="text", cite=QUALITY)
def category_without_improvement(
    score_without_improvement: Column,
    acceptable_from: Column,
    good_from: Column,
    excellent_above: Column,
) -> Column:
    """The category of the score without improvement."""
    return _category(score_without_improvement, acceptable_from, good_from, excellent_above)


@line(unit="text", cite=QUALITY, label="Category if both measures improved")
def category_with_all_improvement(
    score_with_all_improvement: Column,
    acceptable_from: Column,
    good_from: Column,
    excellent_above: Column,
) -> Column:
    """The category of the highest score that improvement could give."""
    return _category(score_with_all_improvement, acceptable_from, good_from, excellent_above)


@line(unit="ratio", cite="42 CFR 510.300(c)", label="Discount on the target for gains")
def effective_discount(discount_for_gains: Column, discount_reduction: Column) -> Column:
    """The discount of gains less the reduction of the quality category."""
    return discount_for_gains - discount_reduction


@line(unit="ratio", cite="42 CFR 510.300(c)", label="Discount on the target for losses")
def applicable_discount(discount_for_losses: Column, discount_reduction: Column) -> Column:
    """The discount of losses less the reduction of the category; none where no loss is owed."""
    return discount_for_losses - discount_reduction


@line(unit="flag", cite="42 CFR 510.305(g)", label="Quality allows a payment, no improvement")
def eligible_without_improvement(
    score_without_improvement: Column, acceptable_from: Column
) -> Column:
    """The score without improvement is acceptable or better."""
    eligible: Column = score_without_improvement >= acceptable_from
    return eligible


CJR_QUALITY = Worksheet(
    "cjr_quality",
    "CJR: composite quality score",
    [
        Input("performance_year", "year", "Calendar year in which the performance year ends"),
        Input("complications_percentile", "percentile", "Complications, percentile", optional=True),
        Input("hcahps_percentile", "percentile", "HCAHPS, percentile", optional=True),
        Input(
            "complications_percentile_previous",
            "percentile",
            "Complications, percentile of the previous year",
            optional=True,
        ),
        Input(
            "hcahps_percentile_previous",
            "percentile",
            "HCAHPS, percentile of the previous year",
            optional=True,
        ),
        Input("pro_submitted", "flag", "Patient-reported outcomes were submitted"),
    ],
    [
        "percentile_of_missing_measure", "complications_points_by_percentile",
        "hcahps_points_by_percentile", "improvement_percentiles",
        "complications_improvement_points", "hcahps_improvement_points", "pro_submission_points",
        "most_quality_points", "acceptable_from", "good_from", "excellent_above",
        "discount_for_gains", "discount_for_losses", "discount_reduction",
    ],
    [
        complications_percentile_used, complications_band_points, hcahps_percentile_used,
        hcahps_band_points, complications_improvement,
        hcahps_improvement, complications_points, hcahps_points, pro_points,
        score_without_improvement, score_with_all_improvement, composite_quality_score,
        category_without_improvement, category_with_all_improvement, quality_category,
        effective_discount, applicable_discount, eligible_without_improvement,
    ],
)  # fmt: skip
