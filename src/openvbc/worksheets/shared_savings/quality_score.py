"""The quality score of an ACO under the APM Performance Pathway, 2021 on.

The measure sheet has one row a measure of an ACO (a CAHPS survey has one row a scored summary
measure, which count as one measure together); the score sheet one row an ACO. The pathway scores as
the MIPS quality category does, 42 CFR 414.1367(c)(1), and 425.512 says what the score decides.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.mips.quality import boundary_inputs, decile_points

PATHWAY = "42 CFR 414.1367(c)(1)"
TWO_DECIMALS = "hundredths of a percent, half up"


@line(unit="points", cite=PATHWAY + ", 414.1380(b)(1)(i)")
def pathway_points(
    decile_points: Column, data_complete: Column, floor_with_benchmark: Column
) -> Column:
    """The decile's points, at least the floor; none where data are not complete or not reported."""
    reported = data_complete & ~is_missing(decile_points)
    return where(reported, maximum(otherwise(decile_points, 0), floor_with_benchmark), 0)


@line(unit="as measured", label="What one case moves the rate", cite=PATHWAY)
def rate_of_one_case(eligible_cases: Column) -> Column:
    """A hundred percent over the cases the rate counts; missing where they are not known."""
    return ratio(eligible_cases * 0 + 100, eligible_cases)


APP_MEASURE = Worksheet(
    "app_measure",
    "APM Performance Pathway: points of a measure",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("performance_rate", "as measured", "Performance rate", optional=True),
        Input("lower_is_better", "flag", "Inverse measure: lower is better", missing=False,
              optional=True),
        *boundary_inputs(),
        Input("data_complete", "flag", "Data completeness is met"),
        Input("eligible_cases", "count", "Cases the rate counts", optional=True),
    ],
    parameters=["floor_with_benchmark"],
    lines=[decile_points, pathway_points, rate_of_one_case],
)  # fmt: skip


@line(unit="ratio", label="Achievement", cite=PATHWAY, status="empirical", rounding=TWO_DECIMALS)
def pathway_achievement(achievement_points: Column, available_points: Column) -> Column:
    """Points of the scored measures over ten a measure."""
    return round_half_up(ratio(achievement_points, available_points), 4)


@line(
    unit="ratio",
    label="Improvement",
    cite="42 CFR 414.1380(b)(1)(vi)",
    status="empirical",
    rounding=TWO_DECIMALS,
)
def pathway_improvement(
    pathway_achievement: Column,
    prior_achievement: Column,
    least_prior_achievement: Column,
    quality_improvement_limit: Column,
) -> Column:
    """A tenth of the relative gain over the prior year's achievement (30% at least); 0 to 10%."""
    prior = maximum(prior_achievement, least_prior_achievement)
    gain = quality_improvement_limit * ratio(pathway_achievement - prior, prior)
    limited = round_half_up(minimum(maximum(gain, 0), quality_improvement_limit), 4)
    return where(is_missing(prior_achievement), 0, limited)


@line(unit="ratio", label="Complex organization adjustment", cite="42 CFR 414.1380(b)(1)(vii)(C)")
def complex_organization_adjustment(
    electronic_points: Column, available_points: Column, complex_organization_limit: Column
) -> Column:
    """Points of electronic measures that pass the gates (a point each, or what its own points lack
    of ten), at most a share of what there is; none in years without a limit.
    """
    most = available_points * otherwise(complex_organization_limit, 0)
    return ratio(minimum(otherwise(electronic_points, 0), most), available_points)


@line(unit="ratio", label="Quality score before the health equity adjustment", cite=PATHWAY)
def score_before_equity(
    pathway_achievement: Column,
    pathway_improvement: Column,
    complex_organization_adjustment: Column,
    measure_bonus: Column,
) -> Column:
    """Achievement, improvement, adjustment and (to 2021) the bonus of measures, 1 at most."""
    together = pathway_achievement + pathway_improvement + complex_organization_adjustment
    return minimum(together + otherwise(measure_bonus, 0), 1)


@line(unit="ratio", label="Health equity adjustment", cite="42 CFR 425.512(b)(3)")
def health_equity_adjustment(
    health_equity_scaler: Column,
    underserved_share: Column,
    least_underserved_share: Column,
    most_health_equity_points: Column,
) -> Column:
    """The sum of the measures' scalers times the share underserved, to the most points, over 100;
    none below the least share, without them, or in years without it.
    """
    points = minimum(
        otherwise(health_equity_scaler, 0) * otherwise(underserved_share, 0),
        otherwise(most_health_equity_points, 0),
    )
    enough = otherwise(underserved_share, 0) >= otherwise(least_underserved_share, 2)
    return where(enough, ratio(points, points * 0 + 100), 0)


@line(unit="ratio", label="Quality score", cite="42 CFR 425.512(a), (b)", rounding=TWO_DECIMALS)
def pathway_quality_score(score_before_equity: Column, health_equity_adjustment: Column) -> Column:
    """The score with the health equity adjustment, 1 at most."""
    return round_half_up(minimum(score_before_equity + health_equity_adjustment, 1), 4)


APP_SCORE = Worksheet(
    "app_score",
    "APM Performance Pathway: quality score of an ACO",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("achievement_points", "points", "Points of the scored measures"),
        Input("available_points", "points", "Ten times the measures scored"),
        Input("prior_achievement", "ratio", "Achievement of the prior year", optional=True),
        Input("electronic_points", "points", "Points for electronic measures that pass the gates",
              optional=True),
        Input("measure_bonus", "ratio", "Bonus of measures, to 2021, as a share of the available",
              optional=True),
        Input("health_equity_scaler", "points", "Sum of the scalers of the measures",
              optional=True),
        Input("underserved_share", "ratio", "Share of the assigned who are underserved",
              optional=True),
    ],
    parameters=[
        "least_prior_achievement", "quality_improvement_limit",
        "complex_organization_limit", "least_underserved_share", "most_health_equity_points",
    ],
    lines=[
        pathway_achievement, pathway_improvement, complex_organization_adjustment,
        score_before_equity, health_equity_adjustment, pathway_quality_score,
    ],
)  # fmt: skip
