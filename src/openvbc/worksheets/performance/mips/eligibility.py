"""MIPS: who must report, who may opt in, who is excluded and by which test.

One row is one clinician under a TIN, one group, virtual group or APM entity of a performance year.
The three low-volume tests are judged in each of two 12-month segments; equality excludes. What is
excluded in the first segment is excluded for the year; one first seen in the second is judged on
that alone. 42 CFR 414.1305, 414.1310.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_missing, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

LOW_VOLUME = "42 CFR 414.1305, low-volume threshold"
PERIOD = "42 CFR 414.1305, MIPS determination period"


def _exceeded(
    charges: Column,
    patients: Column,
    services: Column,
    charges_limit: Column,
    patients_limit: Column,
    services_limit: Column,
) -> Column:
    """How many tests are exceeded; missing where what a test of the year needs is missing."""
    tested = ~is_missing(services_limit)
    by_services = where(tested & (services > services_limit), 1, charges * 0)
    counted: Column = (
        where(charges > charges_limit, 1, charges * 0)
        + where(patients > patients_limit, 1, patients * 0)
        + where(tested, by_services + services * 0, charges * 0)
    )
    return counted


@line(unit="tests", cite=LOW_VOLUME)
def tests_exceeded_first(
    charges_first: Column,
    patients_first: Column,
    services_first: Column,
    low_volume_charges_limit: Column,
    low_volume_patients_limit: Column,
    low_volume_services_limit: Column,
) -> Column:
    """Limits exceeded in the first segment; missing where nothing was billed in it."""
    return _exceeded(
        charges_first, patients_first, services_first, low_volume_charges_limit,
        low_volume_patients_limit, low_volume_services_limit,
    )  # fmt: skip


@line(unit="tests", cite=LOW_VOLUME)
def tests_exceeded_second(
    charges_second: Column,
    patients_second: Column,
    services_second: Column,
    low_volume_charges_limit: Column,
    low_volume_patients_limit: Column,
    low_volume_services_limit: Column,
) -> Column:
    """Limits exceeded in the second segment; missing where nothing was billed in it."""
    return _exceeded(
        charges_second, patients_second, services_second, low_volume_charges_limit,
        low_volume_patients_limit, low_volume_services_limit,
    )  # fmt: skip


@line(unit="tests", cite=LOW_VOLUME)
def tests_of_the_year(low_volume_services_limit: Column) -> Column:
    """Two before 2019, three from then on."""
    return where(is_missing(low_volume_services_limit), 2, 3)


@line(unit="tests", cite=PERIOD + " (2)")
def tests_exceeded(
    tests_exceeded_first: Column, tests_exceeded_second: Column, tests_of_the_year: Column
) -> Column:
    """Of the segment that binds: the first where it excludes or is the only one; else the second.

    Missing where neither segment is given.
    """
    first_binds = (tests_exceeded_first < tests_of_the_year) | is_missing(tests_exceeded_second)
    return where(first_binds, tests_exceeded_first, tests_exceeded_second)


@line(unit="flag", cite=LOW_VOLUME)
def is_low_volume(tests_exceeded: Column, tests_of_the_year: Column) -> Column:
    """At or below at least one limit in the segment that binds."""
    low: Column = tests_exceeded < tests_of_the_year
    return low


@line(unit="flag", cite="42 CFR 414.1310(b)(1), (c)")
def is_excluded_otherwise(
    eligible_type: Column, newly_enrolled: Column, qp: Column, partial_qp_without_election: Column
) -> Column:
    """No type of the year, newly enrolled in Medicare, QP, or partial QP that does not elect."""
    excluded: Column = ~eligible_type | newly_enrolled | qp | partial_qp_without_election
    return excluded


@line(unit="flag", cite="42 CFR 414.1310(b)(1)(iii)")
def may_opt_in(
    tests_exceeded: Column,
    is_low_volume: Column,
    is_excluded_otherwise: Column,
    opt_in_available: Column,
) -> Column:
    """Low volume, at least one limit exceeded, not excluded otherwise, in a year that has it."""
    may: Column = is_low_volume & (tests_exceeded >= 1) & ~is_excluded_otherwise & opt_in_available
    return may


@line(unit="flag", cite="42 CFR 414.1310(a)")
def must_report(
    tests_exceeded: Column, tests_of_the_year: Column, is_excluded_otherwise: Column
) -> Column:
    """Every limit exceeded and not excluded otherwise."""
    must: Column = (tests_exceeded >= tests_of_the_year) & ~is_excluded_otherwise
    return must


SEGMENT_INPUTS = tuple(
    Input(f"{name}_{segment}", unit, f"{label}, {segment} segment", optional=True)
    for segment in ("first", "second")
    for name, unit, label in (
        ("charges", "USD", "Allowed charges for covered professional services"),
        ("patients", "patients", "Medicare Part B patients"),
        ("services", "services", "Covered professional services"),
    )
)

MIPS_ELIGIBILITY = Worksheet(
    "mips_eligibility",
    "Merit-based Incentive Payment System: who must report",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        *SEGMENT_INPUTS,
        Input("eligible_type", "flag", "Clinician of a type that is eligible in the year",
              missing=True, optional=True),
        Input("newly_enrolled", "flag", "First enrolled in Medicare in the performance year",
              missing=False, optional=True),
        Input("qp", "flag", "Qualifying participant in an Advanced APM", missing=False,
              optional=True),
        Input("partial_qp_without_election", "flag",
              "Partial qualifying participant that does not elect MIPS", missing=False,
              optional=True),
    ],
    parameters=[
        "low_volume_charges_limit", "low_volume_patients_limit", "low_volume_services_limit",
        "opt_in_available",
    ],
    lines=[
        tests_exceeded_first, tests_exceeded_second, tests_of_the_year, tests_exceeded,
        is_low_volume, is_excluded_otherwise, may_opt_in, must_report,
    ],
)  # fmt: skip
