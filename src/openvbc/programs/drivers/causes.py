"""What a change of spending is made of: volume, mix and price, exact and adding up.

For one kind of care (an enrollment type and service category) with items `i` (MS-DRG, HCPCS code),
quantities `q` and dollars `s` of an earlier year (0) and the year itself (1)::

    expected = s0 * growth * trend                       what the earlier year comes to
    volume   = (q0 * growth - q1) * P0 * trend           P0 = s0 / q0, a service's average price
    mix      = (q1 * P0 - sum(q1_i * p0_i)) * trend      p0_i = s0_i / q0_i, or P0 of a new item
    price    = sum(q1_i * p0_i) * trend - s1

`growth` is that of person-months, `trend` what the benchmark allows prices to grow by. The three
add up to ``expected - s1`` whatever the numbers are: plus is a saving. Care that the earlier year
did not have is all volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Items = Mapping[str, tuple[int, Decimal]]
"""Quantity and dollars by item."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Causes:
    """What was expected and spent, and why they differ; USD, not rounded, plus is a saving."""

    expected: Fraction = Fraction(0)
    spent: Fraction = Fraction(0)
    volume: Fraction = Fraction(0)
    mix: Fraction = Fraction(0)
    price: Fraction = Fraction(0)

    @property
    def effect(self) -> Fraction:
        """Expected less spent."""
        return self.expected - self.spent

    def __add__(self, other: Causes) -> Causes:
        return Causes(
            self.expected + other.expected,
            self.spent + other.spent,
            self.volume + other.volume,
            self.mix + other.mix,
            self.price + other.price,
        )


def causes_of(before: Items, now: Items, growth: Fraction, trend: Fraction) -> Causes:
    """Volume, mix and price of one kind of care."""
    quantity, dollars = _sums(before)
    count, spent = _sums(now)
    expected = dollars * growth * trend
    if quantity <= 0:
        return Causes(expected, spent, volume=expected - spent)
    average = dollars / quantity
    at_earlier_prices = sum(
        (number * _price(before, item, average) for item, (number, _) in now.items()), Fraction(0)
    )
    return Causes(
        expected,
        spent,
        volume=(quantity * growth - count) * average * trend,
        mix=(count * average - at_earlier_prices) * trend,
        price=at_earlier_prices * trend - spent,
    )


def cents(amount: Fraction) -> Decimal:
    """Half up to the cent, away from zero."""
    scaled = Decimal(abs(amount.numerator) * 100 * 2 + amount.denominator) // (
        Decimal(amount.denominator) * 2
    )
    sign = -1 if amount < 0 else 1
    return (sign * scaled / 100).quantize(CENT, ROUND_HALF_UP)


def _price(before: Items, item: str, average: Fraction) -> Fraction:
    number, dollars = before.get(item, (0, Decimal(0)))
    return Fraction(dollars) / number if number > 0 else average


def _sums(items: Items) -> tuple[int, Fraction]:
    return (
        sum(number for number, _ in items.values()),
        sum((Fraction(dollars) for _, dollars in items.values()), Fraction(0)),
    )
