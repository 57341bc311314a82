"""What the expense of recent months will still grow by, by month incurred."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openvbc.steps.expenditure.completion import completed, develop

AGE_AT_WHICH_COMPLETE = 12
"""Months of run-out after which a month's claims are taken as complete."""


def growth_by_month(
    triangle: Iterable[Mapping[str, Any]], known_by: dt.date
) -> dict[dt.date, Decimal]:
    """What each month's expense at risk will still grow by (USD, unrounded), by chain ladder.

    Args:
        triangle: rows of the table ``expense_triangle``.
        known_by: the last day of knowledge.
    """
    rows = list(triangle)
    development = develop(rows, known_by)
    known: dict[dt.date, Decimal] = defaultdict(Decimal)
    for row in rows:
        known[row["incurred_month"]] += row["amount"]
    last = known_by.year * 12 + known_by.month
    growth = {}
    for month, amount in known.items():
        age = last - month.year * 12 - month.month
        is_complete = age >= AGE_AT_WHICH_COMPLETE
        growth[month] = Decimal(0) if is_complete else completed(amount, age, development) - amount
    return growth
