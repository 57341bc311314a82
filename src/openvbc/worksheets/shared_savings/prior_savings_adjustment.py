"""The prior savings adjustment: what an ACO saved before stays partly in its new benchmark.

Grain: one row a contract; USD per capita, not rounded. The three performance years before the
agreement that are its benchmark years count (zero in a year without reconciliation); gross savings
and losses enter whether or not the minimum savings rate was met.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    minimum,
    otherwise,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import Expanded, for_each, sum_of_types

CITE = "42 CFR 425.658"
PER_CAPITA = "USD per capita"
YEARS = (1, 2, 3)

PARAMETERS = ["prior_savings_scale", "benchmark_adjustment_cap"]


@line(unit=PER_CAPITA, cite=CITE)
def prior_savings(
    prior_updated_benchmark: Column,
    prior_expenditures: Column,
    prior_person_years: Column,
    prior_savings_not_payable: Column,
) -> Column:
    """Updated benchmark less expenditures over person-years; zero in a year not reconciled.

    Zero too where savings were not payable because the ACO did not comply with the program.
    """
    saved = ratio(prior_updated_benchmark - prior_expenditures, prior_person_years)
    return where(prior_savings_not_payable, 0, otherwise(saved, 0))


@line(unit=PER_CAPITA, cite=CITE)
def average_prior_savings(
    prior_savings_benchmark_year_1: Column,
    prior_savings_benchmark_year_2: Column,
    prior_savings_benchmark_year_3: Column,
) -> Column:
    """Mean of the three years, years without reconciliation counting as zero."""
    total = prior_savings_benchmark_year_1 + prior_savings_benchmark_year_2
    return (total + prior_savings_benchmark_year_3) / 3


@line(unit="person-years", cite=CITE)
def average_prior_person_years(
    prior_person_years_benchmark_year_1: Column,
    prior_person_years_benchmark_year_2: Column,
    prior_person_years_benchmark_year_3: Column,
) -> Column:
    """Mean person-years of the years that were reconciled."""
    years = (
        prior_person_years_benchmark_year_1,
        prior_person_years_benchmark_year_2,
        prior_person_years_benchmark_year_3,
    )
    total: Column = sum(otherwise(year, 0) for year in years)  # type: ignore[assignment]
    reconciled: Column = sum(where(is_missing(year), 0, 1) for year in years)  # type: ignore[assignment]
    return ratio(total, reconciled)


@line(unit="person-years", cite=CITE)
def average_benchmark_person_years(
    total_person_years_benchmark_year_1: Column,
    total_person_years_benchmark_year_2: Column,
    total_person_years_benchmark_year_3: Column,
) -> Column:
    """Mean person-years of the three benchmark years."""
    total = total_person_years_benchmark_year_1 + total_person_years_benchmark_year_2
    return (total + total_person_years_benchmark_year_3) / 3


@line(unit="ratio", cite=CITE)
def proration(average_prior_person_years: Column, average_benchmark_person_years: Column) -> Column:
    """Prior person-years over benchmark person-years, at most one."""
    return minimum(ratio(average_prior_person_years, average_benchmark_person_years), 1)


NATIONAL_EXPENDITURE = sum_of_types(
    "national_expenditure_at_aco_mix", "National expenditure, weighted by the ACO's people",
    PER_CAPITA, CITE, "national_expenditure_benchmark_year_3", "share_benchmark_year_3",
)  # fmt: skip


@line(unit=PER_CAPITA, cite="42 CFR 425.658; 425.662")
def adjustment_cap_amount(
    benchmark_adjustment_cap: Column, national_expenditure_at_aco_mix: Column
) -> Column:
    """The cap's share of national expenditure of benchmark year 3 at the ACO's mix of people."""
    return benchmark_adjustment_cap * national_expenditure_at_aco_mix


@line(unit=PER_CAPITA, cite=CITE)
def prior_savings_adjustment(
    prior_savings_scale: Column,
    average_prior_savings: Column,
    proration: Column,
    adjustment_cap_amount: Column,
) -> Column:
    """Scale times average savings times proration, at most the cap; zero without net savings."""
    scaled = minimum(prior_savings_scale * average_prior_savings * proration, adjustment_cap_amount)
    return where(average_prior_savings > 0, scaled, 0)


INPUTS: list[Input | Expanded] = [
    *for_each([Input("person_years", "person-years", "Person-years", optional=True)], (1, 2)),
    *for_each(
        [
            Input(
                "prior_updated_benchmark",
                "USD",
                "Updated benchmark of the same performance year",
                optional=True,
            ),
            Input(
                "prior_expenditures",
                "USD",
                "Expenditures of the same performance year",
                optional=True,
            ),
            Input(
                "prior_person_years",
                "person-years",
                "Person-years of the same performance year",
                optional=True,
            ),
            Input(
                "prior_savings_not_payable",
                "flag",
                "Savings of the same performance year not payable for non-compliance",
                optional=True,
                missing=False,
                cite="42 CFR 425.658(b)(1)(ii)",
            ),
        ],
        YEARS,
        types=None,
    ),
]

LINES: list[Line | Expanded] = [
    *for_each([prior_savings], YEARS, types=None),
    average_prior_savings,
    average_prior_person_years,
    average_benchmark_person_years,
    proration,
    NATIONAL_EXPENDITURE,
    adjustment_cap_amount,
    prior_savings_adjustment,
]
