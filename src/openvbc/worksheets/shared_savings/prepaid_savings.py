"""The most an ACO may take of prepaid shared savings in a quarter (42 CFR 425.640).

An ACO that saved in its last agreement period may draw part of what it is likely to save, each
quarter. The amount per person-year follows its savings in the performance years that are benchmark
years 1 and 2, prorated like the prior savings adjustment, and is capped.

Grain: one row an ACO and quarter; USD. Amounts per person-year are not rounded, payments to the
cent. Whether an ACO is eligible is not computed; the recoupment is in
:mod:`openvbc.worksheets.shared_savings.advance_payments`.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    maximum,
    minimum,
    otherwise,
    round_half_up,
    table_column,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

CITE = "42 CFR 425.640(f)"
PER_PERSON_YEAR = "USD per person-year"


@line(unit=PER_PERSON_YEAR, cite=CITE)
def average_savings(savings_benchmark_year_1: Column, savings_benchmark_year_2: Column) -> Column:
    """Mean per capita savings of benchmark years 1 and 2; a year not reconciled is zero."""
    return (otherwise(savings_benchmark_year_1, 0) + otherwise(savings_benchmark_year_2, 0)) / 2


@line(unit=PER_PERSON_YEAR, cite=CITE)
def prepaid_amount_before_cap(
    average_savings: Column,
    proration: Column,
    prepaid_savings_scale: Column,
    prepaid_savings_part: Column,
) -> Column:
    """Two thirds times the scale times proration times average savings; not below zero."""
    scaled = prepaid_savings_scale * proration * average_savings
    return maximum(by_table(prepaid_savings_part, scaled, _part), 0)


def _part(table: Table, amount: Column) -> Column:
    (numerator,) = table_column(table, "numerator", amount)
    (denominator,) = table_column(table, "denominator", amount)
    part: Column = amount * numerator / denominator
    return part


@line(unit=PER_PERSON_YEAR, cite=CITE)
def prepaid_multiplier(
    prepaid_amount_before_cap: Column,
    prepaid_savings_cap: Column,
    national_expenditure_benchmark_year_2: Column,
) -> Column:
    """The amount before the cap, at most the cap's share of national expenditure."""
    cap = prepaid_savings_cap * national_expenditure_benchmark_year_2
    return minimum(prepaid_amount_before_cap, cap)


@line(unit="USD", cite=CITE, rounding="half up to the cent")
def quarterly_payment_limit(prepaid_multiplier: Column, person_years: Column) -> Column:
    """A quarter of the multiplier times person-years of the latest list; an ACO may take less."""
    return round_half_up(prepaid_multiplier / 4 * person_years, 2)


@line(unit="USD", cite="42 CFR 425.640", rounding="half up to the cent")
def least_direct_services(
    quarterly_payment_limit: Column, prepaid_savings_direct_share: Column
) -> Column:
    """The direct share of four quarters at the amount of the first."""
    return round_half_up(quarterly_payment_limit * 4 * prepaid_savings_direct_share, 2)


PREPAID_SAVINGS = Worksheet(
    "mssp_prepaid_savings",
    "Shared Savings Program: prepaid shared savings",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input(
            "savings_benchmark_year_1", PER_PERSON_YEAR, "Savings, benchmark year 1", optional=True
        ),
        Input(
            "savings_benchmark_year_2", PER_PERSON_YEAR, "Savings, benchmark year 2", optional=True
        ),
        Input("proration", "ratio", "Proration of the prior savings adjustment"),
        Input(
            "national_expenditure_benchmark_year_2",
            "USD per capita",
            "National expenditure of assignable people, benchmark year 2",
        ),
        Input("person_years", "person-years", "Person-years of the latest assignment list"),
    ],
    parameters=[
        "prepaid_savings_part",
        "prepaid_savings_scale",
        "prepaid_savings_cap",
        "prepaid_savings_direct_share",
    ],
    lines=[
        average_savings,
        prepaid_amount_before_cap,
        prepaid_multiplier,
        quarterly_payment_limit,
        least_direct_services,
    ],
)
"""Savings of two earlier years to the most that may be taken in a quarter."""
