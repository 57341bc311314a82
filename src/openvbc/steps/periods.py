"""The periods a run measures: three benchmark years and the performance year, in one table.

All four follow the rules of the performance year: windows, codes, steps. Every step computes all of
them in one pass, grouped by `period`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter
from openvbc.steps.rule_table import RuleTable, parameter_doubts

BENCHMARK_YEARS = ("BY1", "BY2", "BY3")
PERFORMANCE_YEAR = "PY"

COLUMNS: Mapping[str, str] = {
    "period": "string",
    "calendar_year": "int",
    "performance_year": "int",
    "window_start": "date",
    "window_end": "date",
    "expanded_window_start": "date",
    "has_emergency_month": "boolean",
    "year_start": "date",
    "year_end": "date",
    "assignment_known_by": "date",
    "known_by": "date",
}


@dataclass(frozen=True)
class Period:
    """One measured year. Dates are inclusive; `performance_year` says whose rules apply."""

    period: str
    calendar_year: int
    performance_year: int
    window_start: dt.date
    window_end: dt.date
    expanded_window_start: dt.date | None
    has_emergency_month: bool
    """Whether a month of the window, or of the expanded one, is of the COVID-19 emergency."""
    year_start: dt.date
    year_end: dt.date
    assignment_known_by: dt.date
    """Claims known later do not count for assignment."""
    known_by: dt.date
    """Claims known later do not count as expenditure (end of the run-out)."""


@dataclass(frozen=True)
class Periods:
    """The measured periods of a run, in order, and the rules they were built from."""

    periods: tuple[Period, ...]
    parameters: tuple[Parameter, ...]

    @property
    def tables(self) -> tuple[RuleTable, ...]:
        """The small tables `period`, `period_month` and `calendar_month`."""
        doubts = parameter_doubts(self.parameters)
        rows = [tuple(getattr(p, column) for column in COLUMNS) for p in self.periods]
        return (
            RuleTable(SmallTable("period", COLUMNS, rows), doubts),
            RuleTable(_period_month(self.periods), ()),
            RuleTable(_calendar_month(), ()),
        )


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
        found = rules.get(
            name, performance_year=performance_year, assignment_method=assignment_method
        )
        used.append(found)
        return found.value

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


def _period_month(periods: Sequence[Period]) -> SmallTable:
    """Months to test for eligibility: of the window and, if it is another span, of the year.

    One row a period, test (WINDOW, YEAR) and calendar year; `month_mask` has bit 0 for January,
    `last_month` is the number of the last month in it.
    """
    rows: list[tuple[Value, ...]] = []
    for p in periods:
        spans = {"WINDOW": (p.window_start, p.window_end)}
        if spans["WINDOW"] != (p.year_start, p.year_end):
            spans["YEAR"] = (p.year_start, p.year_end)
        for test, (start, end) in spans.items():
            for year in range(start.year, end.year + 1):
                first = start.month if year == start.year else 1
                last = end.month if year == end.year else 12
                mask = sum(1 << (month - 1) for month in range(first, last + 1))
                rows.append((p.period, test, year, mask, last))
    columns = {
        "period": "string",
        "test": "string",
        "calendar_year": "int",
        "month_mask": "int",
        "last_month": "int",
    }
    return SmallTable("period_month", columns, rows)


def _calendar_month() -> SmallTable:
    rows = [(month, 1 << (month - 1)) for month in range(1, 13)]
    return SmallTable("calendar_month", {"month": "int", "bit": "int"}, rows)
