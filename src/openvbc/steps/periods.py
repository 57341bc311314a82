"""The periods a run measures, in one table: every step computes all of them in one pass.

Which periods there are, and how long each lasts, is the program's: three benchmark years and a
performance year, a single contract year, quarters. A period is a calendar year or a part of one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.parameter import Parameter
from openvbc.steps.rule_table import RuleTable, parameter_doubts

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
    """One measured period. Dates are inclusive; `performance_year` says whose rules apply."""

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
