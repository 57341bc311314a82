"""FHIR dates and times as a calendar day and a time of day, both UTC.

A time without a zone is taken as UTC. Of a date to the month or year the first and the last day it
can be are kept.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

DAY = 86_400_000
"""Milliseconds of a day."""
EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Moment:
    """Days since 1970-01-01 and milliseconds of the day; the time is None where it is not known."""

    first_day: int
    last_day: int
    """Other than `first_day` only where the day is not known."""
    time: int | None
    has_zone: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether the day is known."""
        return self.first_day == self.last_day


@lru_cache(maxsize=65536)
def _day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal() - EPOCH


def moment(text: object) -> Moment:
    """Read a FHIR date, dateTime or instant.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(text, str):
        raise ValueError("not a date")
    length = len(text)
    if length == 10:
        day = _day(text)
        return Moment(day, day, None)
    if length in (4, 7):
        return _partial(text)
    if length < 16 or text[10] != "T":
        raise ValueError("not a date")
    return _timed(text)


def _partial(text: str) -> Moment:
    year = int(text[:4])
    if len(text) == 4:
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    else:
        if text[4] != "-":
            raise ValueError("not a date")
        month = int(text[5:7])
        first = dt.date(year, month, 1)
        last = first.replace(day=monthrange(year, month)[1])
    return Moment(first.toordinal() - EPOCH, last.toordinal() - EPOCH, None)


def _timed(text: str) -> Moment:
    day = _day(text[:10])
    clock, zone = _clock_and_zone(text[11:])
    hours, minutes = int(clock[0:2]), int(clock[3:5])
    seconds = float(clock[6:]) if len(clock) > 5 else 0.0
    if clock[2] != ":" or hours > 24 or minutes > 59 or seconds >= 61:
        raise ValueError("not a time")
    time = (hours * 60 + minutes) * 60_000 + int(seconds * 1000 + 0.5)
    has_zone = zone is not None
    time -= (zone or 0) * 60_000
    day, time = day + time // DAY, time % DAY
    return Moment(day, day, time, has_zone)


def _clock_and_zone(text: str) -> tuple[str, int | None]:
    """The time of day, and the minutes its zone is ahead of UTC."""
    if text[-1] in "Zz":
        return text[:-1], 0
    sign_at = max(text.rfind("+"), text.rfind("-"))
    if sign_at < 0:
        return text, None
    offset = text[sign_at + 1 :]
    minutes = int(offset[:2]) * 60 + int(offset[-2:])
    return text[:sign_at], -minutes if text[sign_at] == "-" else minutes
