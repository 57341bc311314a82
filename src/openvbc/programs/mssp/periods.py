"""The periods of a Shared Savings contract: three benchmark years and the performance year.

All four follow the rules of the performance year: windows, codes, steps.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter
from openvbc.steps.periods import Period, Periods

BENCHMARK_YEARS = ("BY1", "BY2", "BY3")
PERFORMANCE_YEAR = "PY"
PERIOD_NAMES = {
    "BY1": "Benchmark year 1",
    "BY2": "Benchmark year 2",
    "BY3": "Benchmark year 3",
    "PY": "Performance year",
}


def measurement_periods(
    rules: RuleSet,
    performance_year: int,
    agreement_start: dt.date,
    assignment_method: str,
    as_of: dt.date | None = None,
) -> Periods:
    """The periods of a contract: BY1, BY2, BY3 before the agreement, and PY.

    Args:
        rules: rules of the Shared Savings Program.
        performance_year: the year to settle; its rules apply to every period.
        agreement_start: first day of the agreement; the three calendar years before it are the
            benchmark years.
        assignment_method: ``retrospective`` or ``prospective``.
        as_of: look only at what was known on this day (tracking during the year); None: the
            full run-out.

    Raises:
        ParameterMissing: the rules say nothing for this year or method.
    """
    used: list[Parameter] = []

    def value(name: str) -> Any:
        parameter = rules.get(
            name, performance_year=performance_year, assignment_method=assignment_method
        )
        used.append(parameter)
        return parameter.value

    lag = int(value("assignment_window_lag_months"))
    length = int(value("assignment_window_months"))
    expanded = value("expanded_window_months")
    assignment_run_out = int(value("assignment_run_out_months"))
    run_out = int(value("claims_run_out_months"))
    emergency_start: dt.date = value("covid_19_emergency_first_day").replace(day=1)
    emergency_end: dt.date = value("covid_19_emergency_last_day")
    named = zip(BENCHMARK_YEARS, range(agreement_start.year - 3, agreement_start.year), strict=True)
    periods = []
    for period, year in [*named, (PERFORMANCE_YEAR, performance_year)]:
        after_window = _first_of_month(year + 1, 1 - lag)
        window_end = after_window - dt.timedelta(days=1)
        window_start = _months_before(after_window, length)
        expanded_start = None if expanded is None else _months_before(after_window, int(expanded))
        assignment_known = _months_before(after_window, -assignment_run_out)
        known = _first_of_month(year + 1, 1 + run_out)
        periods.append(
            Period(
                period=period,
                calendar_year=year,
                performance_year=performance_year,
                window_start=window_start,
                window_end=window_end,
                expanded_window_start=expanded_start,
                has_emergency_month=emergency_start <= window_end
                and (expanded_start or window_start) <= emergency_end,
                year_start=dt.date(year, 1, 1),
                year_end=dt.date(year, 12, 31),
                assignment_known_by=_earlier(assignment_known - dt.timedelta(days=1), as_of),
                known_by=_earlier(known - dt.timedelta(days=1), as_of),
            )
        )
    return Periods(tuple(periods), tuple(used))


def _earlier(day: dt.date, as_of: dt.date | None) -> dt.date:
    return day if as_of is None else min(day, as_of)


def _first_of_month(year: int, month: int) -> dt.date:
    """The first of a month counted from 1, which may lie outside 1 to 12."""
    index = year * 12 + month - 1
    return dt.date(index // 12, index % 12 + 1, 1)


def _months_before(first: dt.date, months: int) -> dt.date:
    return _first_of_month(first.year, first.month - months)
