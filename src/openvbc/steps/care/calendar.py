"""Business days: Monday to Friday without the federal holidays (5 USC 6103).

A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from functools import cache

from openvbc.rules.load import load_code_table

DAY = dt.timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@cache
def holidays(year: int) -> frozenset[dt.date]:
    """Days on which a federal holiday of the year is kept; one may fall into the year before."""
    return frozenset(
        _kept(_day_of(row, year))
        for row in load_code_table("care", "federal_holiday")
        if year >= int(row["first_year"] or year)
    )


def is_business_day(day: dt.date) -> bool:
    """Whether a day is a business day."""
    off = holidays(day.year) | holidays(day.year + 1)
    return day.weekday() < _SATURDAY and day not in off


def business_day_after(day: dt.date, count: int) -> dt.date:
    """The `count`-th business day after a day; the first is the first after it."""
    for _ in range(count):
        day += DAY
        while not is_business_day(day):
            day += DAY
    return day


def _day_of(row: Mapping[str, str], year: int) -> dt.date:
    month = int(row["month"])
    if row["day"]:
        return dt.date(year, month, int(row["day"]))
    weekday, ordinal = int(row["weekday"]), int(row["ordinal"])
    days = [
        day
        for day in calendar.Calendar().itermonthdates(year, month)
        if day.month == month and day.weekday() == weekday
    ]
    return days[ordinal if ordinal < 0 else ordinal - 1]


def _kept(day: dt.date) -> dt.date:
    if day.weekday() == _SATURDAY:
        return day - DAY
    return day + DAY if day.weekday() == _SUNDAY else day
