"""Interval of a rate, for comparison between practices."""

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
