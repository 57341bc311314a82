"""The population adjustment and the choice among the adjustments of a benchmark.

Grain: one row a contract; USD per capita, not rounded. The population adjustment (named health
equity benchmark adjustment until the CY2026 rule) fills part of the room below 5% of national
expenditure for an ACO with many people of low income. Exactly one adjustment applies.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_in, maximum, minimum, ratio, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import Expanded, for_each, sum_of_types

CITE = "42 CFR 425.662"
CHOICE = "42 CFR 425.601(a)(8); 425.652(a)(8); 425.658(d); 425.662(c)"
PER_CAPITA = "USD per capita"

PARAMETERS = ["population_adjustment_minimum_share", "benchmark_adjustment"]

REGIONAL, PRIOR, POPULATION, NONE = "regional", "prior savings", "population", "none"


@line(unit=PER_CAPITA, cite=CITE)
def population_adjustment_room(
    adjustment_cap_amount: Column, regional_adjustment: Column, prior_savings_adjustment: Column
) -> Column:
    """The cap less the highest of regional adjustment, prior savings adjustment and zero."""
    higher = maximum(regional_adjustment, prior_savings_adjustment)
    return adjustment_cap_amount - maximum(higher, 0)


@line(unit=PER_CAPITA, cite=CITE)
def population_adjustment(
    population_adjustment_room: Column,
    low_income_or_dual_share_performance_year: Column,
    population_adjustment_minimum_share: Column,
) -> Column:
    """The room times the share of low-income or dual people; zero below the minimum share.

    The share is that of the performance year's assigned people: the adjustment may change every
    year, the national amounts stay those of benchmark year 3.
    """
    enough = low_income_or_dual_share_performance_year >= population_adjustment_minimum_share
    return where(enough, population_adjustment_room * low_income_or_dual_share_performance_year, 0)


@line(unit="text", cite=CHOICE, status="empirical")
def adjustment_chosen(
    benchmark_adjustment: Column,
    regional_adjustment: Column,
    prior_savings_adjustment: Column,
    population_adjustment: Column,
    negative_regional_adjustment_applied: Column,
) -> Column:
    """The highest positive adjustment the agreement's rules allow; regional first in a tie.

    Which may be chosen: ``none``; ``prior agreement`` (second agreements of 2016); ``regional``;
    ``highest of two`` (regional, prior savings); ``highest of three`` (population too).
    """
    two = is_in(benchmark_adjustment, "highest of two", "highest of three")
    three = is_in(benchmark_adjustment, "highest of three")
    regional = where(
        (regional_adjustment > 0) | negative_regional_adjustment_applied, REGIONAL, NONE
    )
    best = maximum(regional_adjustment, 0)
    prior_wins = two & (prior_savings_adjustment > best)
    best = where(prior_wins, prior_savings_adjustment, best)
    population_wins = three & (population_adjustment > best)
    chosen = where(population_wins, POPULATION, where(prior_wins, PRIOR, regional))
    chosen = where(is_in(benchmark_adjustment, "prior agreement"), PRIOR, chosen)
    return where(is_in(benchmark_adjustment, "none"), NONE, chosen)


@line(
    unit="ratio",
    label="Share of the performance year's person-years that prior savings cover",
    cite="42 CFR 425.603(b)(2)",
    status="unverified",
)
def prior_agreement_share(
    prior_agreement_person_years: Column, total_person_years_performance_year: Column
) -> Column:
    """Average person-years of the first agreement over those of the performance year, at most one.

    Savings are added back for at most the average person-years of the first agreement. That this
    is done by the performance year's person-years was not read.
    """
    share = ratio(prior_agreement_person_years, total_person_years_performance_year)
    return minimum(share, 1)


@line(unit=PER_CAPITA, cite=f"{CHOICE}; 425.603(b)(2)")
def savings_added_back(
    benchmark_adjustment: Column,
    prior_agreement_savings: Column,
    prior_agreement_share: Column,
    prior_savings_adjustment: Column,
) -> Column:
    """Savings of the prior agreement times their share (2016), or prior savings adjustment."""
    of_2016 = is_in(benchmark_adjustment, "prior agreement")
    return where(of_2016, prior_agreement_savings * prior_agreement_share, prior_savings_adjustment)


@line(unit=PER_CAPITA, cite=CHOICE)
def adjustment_of_type(
    adjustment_chosen: Column,
    regional_adjustment_of_type: Column,
    savings_added_back: Column,
    population_adjustment: Column,
) -> Column:
    """The chosen adjustment: regional by enrollment type, the others one amount for every type."""
    amount = where(is_in(adjustment_chosen, PRIOR), savings_added_back, population_adjustment)
    amount = where(is_in(adjustment_chosen, REGIONAL), regional_adjustment_of_type, amount)
    return where(is_in(adjustment_chosen, NONE), 0, amount)


@line(unit=PER_CAPITA, cite=CHOICE)
def historical_benchmark(
    historical_benchmark_before_adjustment: Column, adjustment_of_type: Column
) -> Column:
    """Historical benchmark before adjustment plus the adjustment."""
    return historical_benchmark_before_adjustment + adjustment_of_type


HISTORICAL_BENCHMARK = sum_of_types(
    "historical_benchmark", "Historical benchmark, per capita", PER_CAPITA, CHOICE,
    "historical_benchmark", "share_benchmark_year_3",
)  # fmt: skip

INPUTS: list[Input | Expanded] = [
    Input(
        "low_income_or_dual_share_performance_year",
        "ratio",
        "Share of the assigned with Part D low-income subsidy or dual status, performance year",
        optional=True,
    ),
    Input(
        "prior_agreement_savings",
        PER_CAPITA,
        "Savings of the prior agreement added back (second agreements of 2016), per capita",
        optional=True,
        cite="42 CFR 425.603(b)(2)",
    ),
    Input(
        "prior_agreement_person_years",
        "person-years",
        "Average person-years of the first agreement (second agreements of 2016)",
        optional=True,
        cite="42 CFR 425.603(b)(2)",
    ),
]

LINES: list[Line | Expanded] = [
    population_adjustment_room,
    population_adjustment,
    adjustment_chosen,
    prior_agreement_share,
    savings_added_back,
    *for_each([adjustment_of_type, historical_benchmark]),
    HISTORICAL_BENCHMARK,
]
