"""A date a user names."""

from __future__ import annotations

import datetime as dt

from openvbc.errors import InputError, Place


def asked_date(text: str) -> dt.date:
    """The day of ``2026-11-29``.

    Raises:
        InputError: it is no date.
    """
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            "this is no date", place=Place(value=text), rule="year-month-day, as 2026-11-29",
            code="VBC-1091",
        ) from None  # fmt: skip
