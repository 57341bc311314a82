"""A published number and the true values that its printed decimals stand for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from openvbc.worksheets.shared_savings.population import half_unit


@dataclass(frozen=True)
class Range:
    """A published number and the range of true values its printed decimals stand for."""

    value: Decimal
    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, printed: Decimal, decimals: int) -> Range:
        """Around a number rounded to `decimals`."""
        half = half_unit(decimals)
        return cls(printed, printed - half, printed + half)

    def overlaps(self, other: Range) -> bool:
        """Whether one true value can stand behind both."""
        return max(self.low, other.low) <= min(self.high, other.high)

    def meet(self, other: Range) -> Range:
        """What both allow, with the other's value, or the middle where that is not allowed.

        This one alone if they exclude each other.
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low > high:
            return self
        value = other.value if low <= other.value < high else (low + high) / 2
        return Range(value, low, high)
