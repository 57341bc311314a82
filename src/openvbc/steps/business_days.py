"""Business days: Monday to Friday without the federal holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table

_DAY = dt.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class BusinessDays:
    """The business days of a rule set's holiday table."""

    def __init__(self, holidays: Iterable[Mapping[str, Any]]) -> None:
        self._holidays = tuple(dict(row) for row in holidays)
        self._of_year = cache(self._kept_in)

    @classmethod
    def of(cls, rules: RuleSet) -> BusinessDays:
        """By the parameter `federal_holidays`."""
        value = rules.get("federal_holidays").value
        assert isinstance(value, Table)
        return cls(value)

    def is_business_day(self, day: dt.date) -> bool:
        """Whether offices are open."""
        return day.weekday() < _SATURDAY and not any(
            day in self._of_year(year) for year in (day.year, day.year + 1)
        )

    def after(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th business day after `day`; `day` itself never counts."""
        while count:
            day += _DAY
            count -= self.is_business_day(day)
        return day

    def _kept_in(self, year: int) -> frozenset[dt.date]:
        """Holidays of a year, on the days they are kept: some on 31 December before."""
        found = (_kept(row, year) for row in self._holidays if year >= int(row["first_year"]))
        return frozenset(found)


def _kept(row: Mapping[str, Any], year: int) -> dt.date:
    month = int(row["month"])
    if "day" in row:
        day = dt.date(year, month, int(row["day"]))
        move = {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.weekday(), dt.timedelta())
        return day + move
    weekday, nth = int(row["weekday"]) - 1, int(row["nth"])
    if nth > 0:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = dt.date(year + month // 12, month % 12 + 1, 1) - _DAY
    return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
