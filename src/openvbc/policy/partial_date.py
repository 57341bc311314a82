"""Dates of policy as sources give them: a day, a month or a year; a span may be open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


def first_day(text: str) -> dt.date | None:
    """The first day of ``2020-12-11``, ``2020-12`` or ``2020``; None of nothing."""
    if not text:
        return None
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def last_day(text: str) -> dt.date | None:
    """The last day of a day, month or year."""
    first = first_day(text)
    if first is None or text.count("-") == 2:
        return first
    months = 1 if text.count("-") else 12
    after = first.replace(year=first.year + (first.month + months > 12))
    after = after.replace(month=(first.month + months - 1) % 12 + 1)
    return after - dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From one day to another, both in it; an end that is not known, or not yet set, is None."""

    begins: dt.date | None
    ends: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Whether the day is in it."""
        after = self.begins is None or self.begins <= day
        return after and (self.ends is None or day <= self.ends)

    def meets(self, other: Span) -> bool:
        """Whether the two have a day in common."""
        begins = max(filter(None, (self.begins, other.begins)), default=None)
        ends = min(filter(None, (self.ends, other.ends)), default=None)
        return begins is None or ends is None or begins <= ends

    def __str__(self) -> str:
        if self.begins is None and self.ends is None:
            return "no dates"
        if self.ends is None:
            return f"from {self.begins}"
        return f"{self.begins} to {self.ends}" if self.begins else f"to {self.ends}"


def year_of(year: int) -> Span:
    """A calendar year."""
    return Span(dt.date(year, 1, 1), dt.date(year, 12, 31))
