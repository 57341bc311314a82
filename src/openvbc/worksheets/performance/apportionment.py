"""Split an amount so that the parts add up to it to the cent: the largest remainder.

Each part rounded by itself can make the parts a cent more or less than the whole. Here each gets
the cents below its exact share, and the cents left go, one each, to the largest remainders.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

from openvbc.worksheets.kernel.worksheet import EXACT

CENT = Decimal("0.01")


def cents_that_add_up(
    whole: Decimal, weights: Sequence[Decimal], names: Sequence[str]
) -> list[Decimal]:
    """For each part, the cents to add to its share rounded half up: -0.01, 0 or 0.01.

    Args:
        whole: the amount split, in dollars and cents.
        weights: what it is split by; none negative.
        names: decide between equal remainders, so that the order of rows does not.
    """
    with localcontext(EXACT):
        total = sum(weights, Decimal(0))
        if not total:
            return [Decimal(0)] * len(weights)
        rounded = [(whole * each / total).quantize(CENT, ROUND_HALF_UP) for each in weights]
        parts = parts_that_add_up(whole, weights, names)
        return [part - alone for part, alone in zip(parts, rounded, strict=True)]


def parts_that_add_up(
    whole: Decimal, weights: Sequence[Decimal], names: Sequence[str]
) -> list[Decimal]:
    """The parts of an amount, in cents, that add up to it; nothing where all weights are zero.

    Args:
        whole: the amount split, in dollars and cents; it may be negative.
        weights: what it is split by; none negative.
        names: decide between equal remainders, so that the order of rows does not.
    """
    with localcontext(EXACT):
        total, size = sum(weights, Decimal(0)), abs(whole)
        if not total:
            return [Decimal(0)] * len(weights)
        shares = [size * weight / total for weight in weights]
        below = [share.quantize(CENT, ROUND_DOWN) for share in shares]
        left = int((size - sum(below, Decimal(0))) / CENT)
        by_remainder = sorted(range(len(shares)), key=lambda n: (-(shares[n] - below[n]), names[n]))
        more = set(by_remainder[:left])
        sign = -1 if whole < 0 else 1
        return [sign * (low + (CENT if n in more else 0)) for n, low in enumerate(below)]
