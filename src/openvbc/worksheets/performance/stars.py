"""Medicare Advantage and Part D Star Ratings: measure stars and runs.

Each rating is computed in up to four *runs*, with and without the improvement measures and with and
without the new measures, each with its own reward factor thresholds; the rating is chosen among
them (:mod:`openvbc.worksheets.performance.stars_rating`).
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    clamp,
    is_missing,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MEASURE_RULE = "42 CFR 422.166(a), 423.186(a)"
SUMMARY_RULE = "42 CFR 422.166(c) and (d), 423.186(c) and (d)"
REWARD_RULE = "42 CFR 422.166(f)(1), 423.186(f)(1)"
CAI_RULE = "42 CFR 422.166(f)(2), 423.186(f)(2)"


def _reaches(value: Column, bound: Column, lower_is_better: Column) -> Column:
    reached = where(lower_is_better, where(value <= bound, 1, 0), where(value >= bound, 1, 0))
    counted: Column = reached + value * 0
    return counted


@line(unit="stars", cite=MEASURE_RULE + "; cut points as published", status="empirical")
def computed_star(
    measure_value: Column,
    two_star_bound: Column,
    three_star_bound: Column,
    four_star_bound: Column,
    five_star_bound: Column,
    lower_is_better: Column,
) -> Column:
    """One star, and one more for each cut point that the measure value reaches."""
    stars: Column = measure_value * 0 + 1
    for bound in (two_star_bound, three_star_bound, four_star_bound, five_star_bound):
        stars = stars + _reaches(measure_value, bound, lower_is_better)
    return stars


@line(unit="stars", cite=MEASURE_RULE)
def measure_star(published_star: Column, stars_given: Column, computed_star: Column) -> Column:
    """The published star; the computed one where the table of stars is not given."""
    return where(stars_given, published_star, computed_star)


@line(
    unit="weight",
    cite="42 CFR 422.166(e), 423.186(e); adherence in Puerto Rico 423.186(i)(8)",
    status="empirical",
)
def weight(
    measure_star: Column,
    measure_weight: Column,
    puerto_rico_only: Column,
    no_weight_in_puerto_rico: Column,
) -> Column:
    """The measure's weight, nothing without a star and for adherence of Puerto Rico contracts."""
    left_out = puerto_rico_only & no_weight_in_puerto_rico
    return where(is_missing(measure_star) | left_out, 0, measure_weight)


@line(unit="measures", cite=SUMMARY_RULE)
def counted(weight: Column) -> Column:
    """One if the measure carries weight."""
    return where(weight > 0, 1, weight * 0)


@line(unit="stars", cite=SUMMARY_RULE)
def weighted_star(weight: Column, measure_star: Column) -> Column:
    """Weight x measure star."""
    return weight * otherwise(measure_star, 0)


@line(unit="stars squared", cite=REWARD_RULE)
def weighted_square(weight: Column, measure_star: Column) -> Column:
    """Weight x measure star squared, for the variance."""
    star = otherwise(measure_star, 0)
    return weight * star * star


@line(unit="as measured", cite="cut points as published")
def value_for_next_star(
    measure_star: Column,
    two_star_bound: Column,
    three_star_bound: Column,
    four_star_bound: Column,
    five_star_bound: Column,
) -> Column:
    """The cut point of the next star; missing at five stars."""
    bound = where(measure_star == 1, two_star_bound, three_star_bound)
    bound = where(measure_star == 3, four_star_bound, bound)
    bound = where(measure_star == 4, five_star_bound, bound)
    return only_where(measure_star < 5, bound)


MEASURE = Worksheet(
    "stars_measure",
    "Measures: stars and weights",
    inputs=[
        Input("star_year", "year", "Year of the ratings"),
        Input("measure", "text", "Measure"),
        Input("measure_value", "as measured", "Measure value", optional=True),
        Input("two_star_bound", "as measured", "Cut point of two stars", optional=True),
        Input("three_star_bound", "as measured", "Cut point of three stars", optional=True),
        Input("four_star_bound", "as measured", "Cut point of four stars", optional=True),
        Input("five_star_bound", "as measured", "Cut point of five stars", optional=True),
        Input("lower_is_better", "flag", "A lower value is better", missing=False),
        Input("published_star", "stars", "Measure star as published", optional=True),
        Input("stars_given", "flag", "The table of measure stars is given", missing=False),
        Input("by_significance", "flag", "Star decided by a significance test", missing=False),
        Input("puerto_rico_only", "flag", "Contract serves Puerto Rico only", missing=False),
        Input("disaster_affected", "flag", "At least a quarter of members hit by a disaster",
              missing=False),
        Input("share_of_contracts_worse", "ratio", "Share of contracts that do worse",
              optional=True),
    ],
    parameters=["measure_weight", "no_weight_in_puerto_rico"],
    lines=[
        computed_star, measure_star, weight, counted, weighted_star, weighted_square,
        value_for_next_star,
    ],
)  # fmt: skip


@line(unit="stars", cite=SUMMARY_RULE, rounding="half up to 6 decimals", status="empirical")
def mean_star(sum_of_weighted_stars: Column, sum_of_weights: Column) -> Column:
    """Sum of weight x star / sum of weights."""
    return round_half_up(ratio(sum_of_weighted_stars, sum_of_weights), 6)


@line(unit="stars squared", cite=REWARD_RULE, rounding="half up to 6 decimals", status="empirical")
def variance(
    measures_counted: Column,
    sum_of_weighted_stars: Column,
    sum_of_weighted_squares: Column,
    sum_of_weights: Column,
) -> Column:
    """n x sum of weight x (star - mean) squared / ((n - 1) x sum of weights)."""
    centre = ratio(sum_of_weighted_stars, sum_of_weights)
    spread = sum_of_weighted_squares - centre * sum_of_weighted_stars
    return round_half_up(
        ratio(measures_counted * spread, (measures_counted - 1) * sum_of_weights), 6
    )


def _threshold(tables: Column, name: str, like: Column) -> Column:
    def cell(table: Table, x: Column) -> Column:
        chosen: Column = x * 0 + table_column(table, name, x)[0]
        return chosen

    return by_table(tables, like, cell)


@line(unit="stars", cite=REWARD_RULE, status="empirical")
def reward_factor(
    mean_star: Column, variance: Column, reward_thresholds: Column, reward_factors: Column
) -> Column:
    """High mean and low variance 0.4, medium 0.3; relatively high mean and low 0.2, medium 0.1.

    High is at or above the 85th percentile of the contracts' means, relatively high at or above
    the 65th; low is below the 30th percentile of the variances, medium below the 70th.
    """
    high = mean_star >= _threshold(reward_thresholds, "mean_p85", mean_star)
    relatively = mean_star >= _threshold(reward_thresholds, "mean_p65", mean_star)
    low = variance < _threshold(reward_thresholds, "var_p30", variance)
    medium = variance < _threshold(reward_thresholds, "var_p70", variance)

    def factor(name: str) -> Column:
        return _threshold(reward_factors, name, mean_star)

    if_high = where(low, factor("high_low"), where(medium, factor("high_medium"), 0))
    if_relatively = where(
        low, factor("relatively_low"), where(medium, factor("relatively_medium"), 0)
    )
    return where(high, if_high, where(relatively, if_relatively, 0))


@line(unit="stars", cite=SUMMARY_RULE)
def unrounded_rating(
    mean_star: Column, reward_factor: Column, categorical_adjustment: Column
) -> Column:
    """Mean + reward factor + categorical adjustment index."""
    return mean_star + reward_factor + categorical_adjustment


@line(
    unit="stars",
    cite="42 CFR 422.166(h), 423.186(h)",
    rounding="half up to half stars",
    status="empirical",
)
def run_rating(unrounded_rating: Column) -> Column:
    """The unrounded rating to the nearest half star, between one and five."""
    return clamp(round_half_up(2 * unrounded_rating, 0) / 2, 1, 5)


RUN = Worksheet(
    "stars_run",
    "Runs: mean, variance, reward factor, rating",
    inputs=[
        Input("star_year", "year", "Year of the ratings"),
        Input("rating_type", "text", "Rating"),
        Input("improvement", "text", "With or without the improvement measures"),
        Input("new_measures", "text", "With or without the new measures"),
        Input("adjustment_category", "text", "Final adjustment category", optional=True),
        Input("measures_counted", "measures", "Measures that carry weight"),
        Input("sum_of_weights", "weight", "Sum of the weights"),
        Input("sum_of_weighted_stars", "stars", "Sum of weight x star"),
        Input("sum_of_weighted_squares", "stars squared", "Sum of weight x star squared"),
    ],
    parameters=["reward_thresholds", "reward_factors", "categorical_adjustment"],
    lines=[mean_star, variance, reward_factor, unrounded_rating, run_rating],
)
