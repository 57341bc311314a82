"""Days of FHIR dates and times as they are written, without moving them to another zone."""

from __future__ import annotations

import datetime as dt

from openvbc.claims.null_dates import NULL_DATES


def day(text: object) -> dt.date | None:
    """The calendar day a date or time is written with; None where there is none, and for the
    fillers of :data:`NULL_DATES`.

    Raises:
        ValueError: it is no date, or not known to the day.
    """
    date = None if text is None else dt.date.fromisoformat(str(text)[:10])
    return None if date is None or date.isoformat() in NULL_DATES else date


def last_day(text: object) -> dt.date | None:
    """As :func:`day`; None also where it cannot be read, for what decides nothing."""
    try:
        return day(text)
    except ValueError:
        return None
