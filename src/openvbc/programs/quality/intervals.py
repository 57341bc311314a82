"""Intervals of rates, for comparison between practices."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

Z = 1.959964
"""Standard normal deviate of a 95 percent interval."""


def wilson(met: int, of: int) -> tuple[Decimal | None, Decimal | None]:
    """Wilson's 95 percent interval of a proportion; None where nobody is in it."""
    if not of:
        return None, None
    rate = met / of
    middle = rate + Z * Z / (2 * of)
    reach = Z * sqrt(rate * (1 - rate) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    low, high = (middle - reach) / whole, (middle + reach) / whole
    return Decimal(str(round(max(low, 0.0), 6))), Decimal(str(round(min(high, 1.0), 6)))


def byar(events: int) -> tuple[Decimal, Decimal]:
    """Byar's 95 percent interval of a count that follows Poisson (Breslow and Day 1987, 2.10)."""
    low = 0.0
    if events:
        low = events * (1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3
    more = events + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return Decimal(str(round(max(low, 0.0), 6))), Decimal(str(round(high, 6)))
