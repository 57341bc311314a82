"""Medicare Advantage and Part D Star Ratings: measure stars, runs, summary and overall ratings.

Each rating is computed in up to four *runs*, with and without the improvement measures and with and
without the new measures, each with its own reward factor thresholds; the rating is chosen among
them.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    clamp,
    is_in,
    is_missing,
    maximum,
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


def _better(first: Column, second: Column) -> Column:
    return where(
        is_missing(second), first, where(is_missing(first), second, maximum(first, second))
    )


@line(
    unit="stars",
    cite="42 CFR 422.166(i), 423.186(i), extreme circumstances; technical notes",
    status="empirical",
)
def with_improvement(
    with_new: Column, without_new: Column, hold_harmless_for_new: Column
) -> Column:
    """The run with the improvement measures; the better of with and without the new measures
    where a disaster hit enough members.
    """
    return where(hold_harmless_for_new, _better(with_new, without_new), with_new)


@line(
    unit="stars",
    cite="42 CFR 422.166(i), 423.186(i), extreme circumstances; technical notes",
    status="empirical",
)
def without_improvement(
    without_improvement_with_new: Column,
    without_improvement_without_new: Column,
    hold_harmless_for_new: Column,
) -> Column:
    """The same without the improvement measures."""
    both = _better(without_improvement_with_new, without_improvement_without_new)
    return where(hold_harmless_for_new, both, without_improvement_with_new)


@line(unit="flag", cite="42 CFR 422.166(c)(1) and (d)(1), 423.186(c)(1) and (d)(1)")
def has_enough_measures(
    measures_rated: Column,
    measures_required: Column,
    least_share_of_measures: Column,
    has_improvement_star: Column,
) -> Column:
    """At least half, rounded up, of the measures required have a star, improvement not counted; or
    CMS gives the improvement measure a star, which it does for contracts that it rates only.
    """
    enough: Column = measures_rated >= least_share_of_measures * measures_required
    return (enough & (measures_rated > 0)) | has_improvement_star


@line(unit="flag", cite="42 CFR 422.166(c)(1) and (d)(1), 423.186(c)(1) and (d)(1)")
def may_have_enough_measures(
    measures_rated: Column, fewest_measures_of_any_type: Column, has_enough_measures: Column
) -> Column:
    """As many measures have a star as the organization type with the fewest measures needs."""
    possible: Column = measures_rated >= fewest_measures_of_any_type
    return possible | has_enough_measures


@line(unit="stars", cite="42 CFR 422.166(g), 423.186(g)", status="empirical")
def rating(
    with_improvement: Column,
    without_improvement: Column,
    is_highest_rating: Column,
    improvement_may_be_dropped_from: Column,
    improvement_may_be_dropped_in: Column,
) -> Column:
    """With the improvement measures; without, if that is higher, at least the stars from which they
    may be left out, and the rating is the contract's highest level (2022: any level).
    """
    drop = (
        (is_highest_rating | is_in(improvement_may_be_dropped_in, "every"))
        & (without_improvement >= improvement_may_be_dropped_from)
        & (without_improvement > with_improvement)
    )
    return where(drop, without_improvement, with_improvement)


RATING = Worksheet(
    "stars_rating",
    "Ratings: chosen among the runs",
    inputs=[
        Input("star_year", "year", "Year of the ratings"),
        Input("rating_type", "text", "Rating"),
        Input("with_new", "stars", "Run with improvement and new measures", optional=True),
        Input("without_new", "stars", "Run without the new measures", optional=True),
        Input("without_improvement_with_new", "stars", "Run without improvement measures",
              optional=True),
        Input("without_improvement_without_new", "stars", "Run without both", optional=True),
        Input("hold_harmless_for_new", "flag", "A disaster hit enough members", missing=False),
        Input("is_highest_rating", "flag", "The contract's highest level of rating",
              missing=False),
        Input("measures_rated", "measures", "Measures with a star, improvement not counted"),
        Input("measures_required", "measures", "Measures required of the contract"),
        Input("has_improvement_star", "flag", "The improvement measure has a star",
              missing=False),
    ],
    parameters=[
        "improvement_may_be_dropped_from", "improvement_may_be_dropped_in",
        "least_share_of_measures", "fewest_measures_of_any_type",
    ],
    lines=[
        has_enough_measures, may_have_enough_measures, with_improvement, without_improvement,
        rating,
    ],
)  # fmt: skip


def _given(own: Column, status: Column, enough: Column) -> Column:
    """`own` where CMS rates the contract; where it says nothing, if it has enough measures."""
    return only_where(is_in(status, "rated") | (~is_in(status, "not rated") & enough), own)


@line(unit="stars", label="Part C rating", cite=SUMMARY_RULE)
def part_c_rating(part_c: Column, part_c_status: Column, part_c_has_enough: Column) -> Column:
    """The Part C summary rating; none where CMS says that the contract is not rated, or, where CMS
    says nothing, with too few measures.
    """
    return _given(part_c, part_c_status, part_c_has_enough)


@line(unit="stars", label="Part D rating", cite=SUMMARY_RULE)
def part_d_rating(part_d: Column, part_d_status: Column, part_d_has_enough: Column) -> Column:
    """The Part D summary rating; none where CMS says that the contract is not rated, or, where CMS
    says nothing, with too few measures.
    """
    return _given(part_d, part_d_status, part_d_has_enough)


@line(unit="stars", cite=SUMMARY_RULE)
def overall_rating(
    overall: Column,
    overall_status: Column,
    overall_has_enough: Column,
    part_c_rating: Column,
    part_d_rating: Column,
) -> Column:
    """The overall rating; none where CMS says that the contract is not rated, or, where CMS says
    nothing, with too few measures or without both summary ratings.
    """
    both = ~is_missing(part_c_rating) & ~is_missing(part_d_rating)
    return _given(overall, overall_status, overall_has_enough & both)


@line(unit="stars", cite=SUMMARY_RULE)
def highest_rating(
    overall_rating: Column, part_c_rating: Column, part_d_rating: Column, highest_level: Column
) -> Column:
    """The rating of the contract's highest level: overall, else Part C, else Part D."""
    lower = where(is_in(highest_level, "part_c"), part_c_rating, part_d_rating)
    return where(is_in(highest_level, "overall"), overall_rating, lower)


CONTRACT = Worksheet(
    "stars_contract",
    "Medicare Advantage and Part D Star Ratings",
    inputs=[
        Input("star_year", "year", "Year of the ratings"),
        Input("highest_level", "text", "Highest level of rating"),
        *(
            spec
            for name, label in (("part_c", "Part C"), ("part_d", "Part D"), ("overall", "Overall"))
            for spec in (
                Input(name, "stars", f"{label}, from the rated measures", optional=True),
                Input(f"{name}_status", "text", f"{label}: whether CMS rates the contract"),
                Input(
                    f"{name}_has_enough",
                    "flag",
                    f"{label}: enough measures have a star",
                    missing=False,
                ),
                Input(f"published_{name}_rating", "stars", f"{label} as published", optional=True),
            )
        ),
    ],
    parameters=[],
    lines=[part_c_rating, part_d_rating, overall_rating, highest_rating],
)
