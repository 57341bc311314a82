"""Months of coverage from spans: which feed gives a year, one type a month, masks a year.

Precedence by calendar year: eligibility.csv, else the assignment list reports, else CCLF8. The feed
of a year gives all its months; feeds are not mixed within a year.

A month counts where a span touches it, up to the month of death. A span without end goes on: its
feed gives every year up to the last of the data. Where spans disagree about a month's enrollment
type the first of ESRD, disabled, aged dual, aged non-dual holds (42 CFR 425.601(a)(3): a
beneficiary-month has one type).
"""

from __future__ import annotations

import calendar
import datetime as dt

from openvbc.claims.layout import rows_of
from openvbc.engine.table import SmallTable

SOURCES = ("eligibility.csv", "ALR", "claims feed", "CCLF8")
"""Feeds that can give months, first preferred."""


def month_table(first: int, last: int) -> SmallTable:
    """Every month of the years, with its first and last day and its bit."""
    rows = [
        (
            year,
            month,
            dt.date(year, month, 1),
            dt.date(year, month, calendar.monthrange(year, month)[1]),
            1 << (month - 1),
        )
        for year in range(first, last + 1)
        for month in range(1, 13)
    ]
    columns = {
        "calendar_year": "int", "month": "int", "month_start": "date", "month_end": "date",
        "bit": "int",
    }  # fmt: skip
    return SmallTable("month", columns, rows)


def source_table(sources: dict[int, str]) -> SmallTable:
    """The feed that gives each calendar year."""
    return SmallTable(
        "year_source", {"calendar_year": "int", "source": "string"}, sorted(sources.items())
    )


def dual_table() -> SmallTable:
    """Dual status codes that make a month dual."""
    rows = [(row["code"],) for row in rows_of("dual_status_codes.csv") if row["dual"] == "yes"]
    return SmallTable("dual_code", {"dual_status_code": "string"}, rows)


def states_table() -> SmallTable:
    """FIPS codes of the states, the District of Columbia and the territories."""
    rows = [(row["fips"],) for row in rows_of("united_states.csv")]
    return SmallTable("united_states", {"fips": "string"}, rows)


def choose_sources(years_by_source: dict[str, tuple[int, int]]) -> dict[int, str]:
    """The feed of each calendar year, given the years each feed spans."""
    chosen: dict[int, str] = {}
    for source in reversed(SOURCES):
        if source in years_by_source:
            first, last = years_by_source[source]
            chosen.update(dict.fromkeys(range(first, last + 1), source))
    return chosen
