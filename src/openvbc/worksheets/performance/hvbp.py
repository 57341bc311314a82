"""Hospital Value-Based Purchasing: from measures to domain scores, one sheet a level.

Measures (points) -> surveys (HCAHPS base and consistency) and surgical site infections (two strata
combined) -> domains (points of what is possible). The total and its payment are in
:mod:`openvbc.worksheets.performance.hvbp_exchange`.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.points import performance_for_next_point, points_lines

SCORING = "42 CFR 412.165"


@line(unit="ratio", cite=SCORING + "(a), HCAHPS consistency points")
def share_of_floor_to_threshold(performance: Column, floor: Column, threshold: Column) -> Column:
    """(Performance - floor) / (threshold - floor): how far a dimension is from the worst."""
    return ratio(performance - floor, threshold - floor)


@line(unit="points", cite=SCORING, label="Points that enter the domain one by one")
def points_alone(measure_score: Column, measure_enters: Column) -> Column:
    """The measure score, if the measure enters its domain alone."""
    return only_where(measure_enters.astype(str) == "alone", measure_score)


MEASURE = Worksheet(
    "hvbp_measure",
    "Measures: achievement, improvement, score",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("measure", "text", "Measure or survey dimension"),
        Input("floor", "as measured", "Floor (worst hospital)", optional=True),
        Input("threshold", "as measured", "Achievement threshold", optional=True),
        Input("benchmark", "as measured", "Benchmark", optional=True),
        Input("baseline", "as measured", "Baseline rate", optional=True),
        Input("performance", "as measured", "Performance rate", optional=True),
        Input("share_of_hospitals_worse", "ratio", "Share of hospitals that do worse",
              optional=True),
        Input("published_achievement_points", "points", "Achievement as published",
              optional=True),
        Input("published_improvement_points", "points", "Improvement as published",
              optional=True),
        Input("published_measure_score", "points", "Measure score as published", optional=True),
    ],
    parameters=["lower_is_better", "achievement_scale", "improvement_scale", "measure_enters"],
    lines=[
        *points_lines(SCORING + "(a)(1)", SCORING + "(a)(2)", SCORING + "(a)"),
        share_of_floor_to_threshold, points_alone, performance_for_next_point,
    ],
)  # fmt: skip


@line(
    unit="points",
    cite=SCORING + "(a), HCAHPS",
    status="empirical",
    rounding="half up to whole points",
)
def consistency_points(lowest_share: Column) -> Column:
    """20 x the lowest dimension's share of the way from floor to threshold - 0.5, 0 to 20."""
    return clamp(round_half_up(20 * lowest_share - _half(lowest_share), 0), 0, 20)


def _half(like: Column) -> Column:
    return (like * 0 + 1) / 2


@line(unit="points", cite=SCORING + "(a), HCAHPS", status="empirical")
def base_points(dimension_points: Column, dimensions: Column, survey_dimensions: Column) -> Column:
    """The sum of the dimension scores, if every dimension is scored."""
    return only_where(dimensions >= survey_dimensions, dimension_points)


@line(unit="points", cite=SCORING + "(a), HCAHPS")
def survey_points(base_points: Column, consistency_points: Column) -> Column:
    """Base points and consistency points."""
    return base_points + consistency_points


SURVEY = Worksheet(
    "hvbp_survey",
    "HCAHPS survey: base and consistency points",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("dimension_points", "points", "Sum of the dimension scores"),
        Input("dimensions", "dimensions", "Dimensions scored"),
        Input("lowest_share", "ratio", "Lowest share of the way from floor to threshold",
              optional=True),
        Input("limiting_dimension", "text", "Dimension with the lowest share", optional=True),
        Input("published_base_points", "points", "Base score as published", optional=True),
        Input("published_consistency_points", "points", "Consistency score as published",
              optional=True),
    ],
    parameters=["survey_dimensions"],
    lines=[base_points, consistency_points, survey_points],
)  # fmt: skip


@line(
    unit="points",
    cite=SCORING + "(a); 78 FR 50684",
    status="empirical",
    rounding="half up to whole points",
)
def combined_infection_points(
    colon_score: Column,
    hysterectomy_score: Column,
    colon_predicted_infections: Column,
    hysterectomy_predicted_infections: Column,
    taken_combined_points: Column,
) -> Column:
    """The one stratum that is scored; of two, the mean weighted by predicted infections, or the
    published score where those are not given.
    """
    weights = colon_predicted_infections + hysterectomy_predicted_infections
    weighted = round_half_up(
        ratio(
            colon_score * colon_predicted_infections
            + hysterectomy_score * hysterectomy_predicted_infections,
            weights,
        ),
        0,
    )
    both = where(is_missing(weighted), taken_combined_points, weighted)
    only_one = where(is_missing(hysterectomy_score), colon_score, hysterectomy_score)
    return where(is_missing(colon_score) | is_missing(hysterectomy_score), only_one, both)


INFECTION = Worksheet(
    "hvbp_surgical_site_infection",
    "Surgical site infection: two strata combined",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("colon_score", "points", "Measure score, colon surgery", optional=True),
        Input("hysterectomy_score", "points", "Measure score, hysterectomy", optional=True),
        Input("colon_predicted_infections", "infections", "Predicted infections, colon",
              optional=True),
        Input("hysterectomy_predicted_infections", "infections",
              "Predicted infections, hysterectomy", optional=True),
        Input("taken_combined_points", "points",
              "Published score, where both strata are scored and their weights are not given",
              optional=True),
        Input("published_combined_points", "points", "Combined score as published",
              optional=True),
    ],
    parameters=[],
    lines=[combined_infection_points],
)  # fmt: skip


@line(unit="measures", cite=SCORING)
def measures_scored(measures_alone: Column, infection_points: Column) -> Column:
    """Measures with a score; the two strata of surgical site infection are one."""
    return measures_alone + where(is_missing(infection_points), 0, 1)


@line(unit="points", cite=SCORING, label="Score of the domain", status="empirical")
def domain_score(
    sum_of_points_alone: Column,
    infection_points: Column,
    measures_scored: Column,
    minimum_measures: Column,
    survey_points: Column,
    is_survey_domain: Column,
    given_domain_score: Column,
) -> Column:
    """100 x points / (10 x measures scored), if enough are; the survey's points are out of 100.

    Where no measures are given, the published score of the domain.
    """
    points = sum_of_points_alone + otherwise(infection_points, 0)
    enough = only_where(measures_scored >= minimum_measures, ratio(10 * points, measures_scored))
    computed = where(is_survey_domain, survey_points, enough)
    return where(is_missing(given_domain_score), computed, given_domain_score)


DOMAIN = Worksheet(
    "hvbp_domain",
    "Domains: score",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("domain", "text", "Domain"),
        Input("sum_of_points_alone", "points", "Points of the measures"),
        Input("measures_alone", "measures", "Measures with a score"),
        Input("infection_points", "points", "Points of surgical site infection", optional=True),
        Input("survey_points", "points", "Points of the survey", optional=True),
        Input("given_domain_score", "points",
              "Published score, where the domain's measures are not given", optional=True),
        Input("published_domain_score", "points", "Unweighted score as published",
              optional=True),
    ],
    parameters=["minimum_measures", "is_survey_domain"],
    lines=[measures_scored, domain_score],
)  # fmt: skip


@line(
    unit="ratio", cite=SCORING + "(b); re-proportioned over the domains scored", status="empirical"
)
def normalised_weight(domain_score: Column, domain_weight: Column, weight_scored: Column) -> Column:
    """Weight of the domain / weight of all domains that have a score."""
    return only_where(~is_missing(domain_score), ratio(domain_weight, weight_scored))


@line(unit="points", cite=SCORING + "(b)")
def weighted_domain_score(normalised_weight: Column, domain_score: Column) -> Column:
    """Normalised weight x score of the domain."""
    return normalised_weight * domain_score


@line(unit="ratio", cite=SCORING + "(b)", label="Weight of the domain if it is scored")
def weight_if_scored(domain_score: Column, domain_weight: Column) -> Column:
    """The domain's weight, nothing where it has no score."""
    return where(is_missing(domain_score), 0, domain_weight)


WEIGHT = Worksheet(
    "hvbp_domain_weight",
    "Domains: weights before they are re-proportioned",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("domain", "text", "Domain"),
        Input("domain_score", "points", "Score of the domain", optional=True),
    ],
    parameters=["domain_weight"],
    lines=[weight_if_scored],
)
WEIGHTED_DOMAIN = Worksheet(
    "hvbp_weighted_domain",
    "Domains: weighted scores",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("domain", "text", "Domain"),
        Input("domain_score", "points", "Score of the domain", optional=True),
        Input("weight_scored", "ratio", "Weight of all domains that have a score"),
        Input("published_domain_score", "points", "Unweighted score as published", optional=True),
        Input("published_weighted_score", "points", "Weighted score as published", optional=True),
    ],
    parameters=["domain_weight"],
    lines=[normalised_weight, weighted_domain_score],
)
