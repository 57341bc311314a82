"""The minimum savings rate and minimum loss rate of a Shared Savings Program contract.

One-sided contracts take the rate by number of assigned beneficiaries (people, not person-years),
linear inside each band of the table, not rounded. Two-sided contracts choose a rate before their
first two-sided year; in performance years that start in July 2019 or later, with fewer than 5,000
assigned beneficiaries the rate by size applies whatever was chosen. The minimum loss rate is the
same number. Rates are ratios (0.02 is 2 percent).
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    only_where,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import line


@line(
    unit="ratio",
    label="Minimum savings rate by size",
    cite="42 CFR 425.604(b), 425.605(b)(1)",
    status="empirical",
)
def minimum_savings_rate_by_size(
    minimum_savings_rate_table: Column, assigned_beneficiaries: Column
) -> Column:
    """Rate at the band's first number, less the fall of the band times the way through it.

    The way through a band is (assigned beneficiaries - first) / (last - first), first and last
    being whole numbers inside the band. Missing where the table has no band.
    """
    return by_table(minimum_savings_rate_table, assigned_beneficiaries, _interpolate)


def _interpolate(table: Table, people: Column) -> Column:
    names = ("first", "last", "rate_at_first", "rate_at_last")
    columns = [table_column(table, name, people) for name in names]
    rates = only_where(people != people, people)
    for first, last, at_first, at_last in zip(*columns, strict=True):
        if last is None:
            rates = where(people >= first, at_first + people * 0, rates)
        else:
            inside = (people >= first) & (people <= last)
            through = (people - first) / (last - first)
            rates = where(inside, at_first - (at_first - at_last) * through, rates)
    return rates


@line(
    unit="ratio",
    label="Minimum savings rate (and minimum loss rate)",
    cite="42 CFR 425.110(b)(3), 425.604(b), 425.605(b), 425.606(b), 425.610(b)",
)
def minimum_savings_rate(
    risk_model: Column,
    minimum_savings_rate_election: Column,
    assigned_beneficiaries: Column,
    minimum_assigned_beneficiaries: Column,
    minimum_savings_rate_by_size: Column,
) -> Column:
    """The elected rate; the rate by size if one-sided, none elected, or too few beneficiaries.

    Before July 2019 a rate once chosen stays, however few are assigned.
    """
    by_size = (
        (risk_model == "one-sided")
        | is_missing(minimum_savings_rate_election)
        | (assigned_beneficiaries < minimum_assigned_beneficiaries)
    )
    return where(by_size, minimum_savings_rate_by_size, minimum_savings_rate_election)
