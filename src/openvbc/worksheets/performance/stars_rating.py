"""Medicare Advantage and Part D Star Ratings: the summary and overall ratings of a contract.

Each rating is chosen among its runs (:mod:`openvbc.worksheets.performance.stars`).
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_in,
    is_missing,
    maximum,
    only_where,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.stars import SUMMARY_RULE


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
