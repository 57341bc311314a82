"""Months counted from year 0, and which of them usually have a delivery."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise


def end_of_month(year: int, month: int) -> dt.date:
    """The last day of a month counted from 1; 0 is December of the year before."""
    index = year * 12 + month
    return dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1)


def month_of_day(day: dt.date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def month_of_text(text: str) -> int:
    """Months since year 0 of 2024-03 or 2024-03-26."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def name_of_month(month: int) -> str:
    """Such as 2024-03."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def spans_of_months(months: list[int]) -> str:
    """Months in words, those that follow each other together."""
    spans: list[list[int]] = []
    for month in months:
        if spans and spans[-1][1] == month - 1:
            spans[-1][1] = month
        else:
            spans.append([month, month])
    return ", ".join(
        name_of_month(a) if a == b else f"{name_of_month(a)} to {name_of_month(b)}"
        for a, b in spans
    )


def usual_months(came: list[set[int]], years: range) -> list[int]:
    """Months of the year, from 0, in which at least half of the years had a delivery."""
    counts = Counter(
        month - year * 12 for year, months in zip(years, came, strict=True) for month in months
    )
    if len(came) == 1:
        return _regular(sorted(counts))
    return sorted(month for month, count in counts.items() if 2 * count >= len(came))


def _regular(months: list[int]) -> list[int]:
    """In a single year: the months at the usual distance, from the first to the end of the year."""
    if len(months) < 3:
        return months
    steps = Counter(b - a for a, b in pairwise(months))
    step = min(steps, key=lambda step: (-steps[step], step))
    return list(range(months[0], max(months[-1], 11) + 1, step))
