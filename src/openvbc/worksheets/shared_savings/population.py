"""Statistics over a population: medians, percentiles, groups of equal size, moments.

What a program compares a facility with is a statistic over all facilities. CMS rarely publishes
the whole population, so every function here accepts the *official* value, which then wins; ours
stays beside it. Where the values are printed rounded, the statistic carries the interval that the
rounding leaves open: it is at least the statistic of the lowest values the printed ones can stand
for, and at most that of the highest.

Percentiles follow SAS definition 5 (the empirical distribution, averaged at its steps), the
default of the procedures CMS runs; the median is its special case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Numbers = Sequence[Decimal]


@dataclass(frozen=True)
class Statistic:
    """A statistic, where it came from, and the interval that rounded inputs leave open."""

    value: Decimal
    low: Decimal
    high: Decimal
    count: int
    """How many values it was computed from; 0 where only the official value is known."""
    official: Decimal | None = None
    computed: Decimal | None = None

    @property
    def source(self) -> str:
        """``official``, ``computed``, or ``computed, agrees with official``."""
        if self.official is None:
            return "computed"
        return "official" if self.value == self.official else "computed, agrees with official"


def percentile(values: Numbers, rank: Decimal | int) -> Decimal:
    """The percentile by SAS definition 5.

    With n values and p = rank / 100: if n x p is a whole number j, the mean of the j-th and the
    next value; otherwise the value after the j-th, j being n x p without its fraction.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a percentile of no values")
    position = len(ordered) * Decimal(rank) / 100
    whole = int(position)
    if position == whole and 0 < whole < len(ordered):
        return (ordered[whole - 1] + ordered[whole]) / 2
    return ordered[min(whole, len(ordered) - 1)]


def median(values: Numbers) -> Decimal:
    """The middle value; the mean of the two middle values of an even number."""
    return percentile(values, 50)


def mean(values: Numbers) -> Decimal:
    """The arithmetic mean."""
    return sum(values, Decimal(0)) / len(values)


def standard_deviation(values: Numbers) -> Decimal:
    """The sample standard deviation (divisor n - 1)."""
    centre = mean(values)
    squares = sum(((v - centre) ** 2 for v in values), Decimal(0))
    return (squares / (len(values) - 1)).sqrt()


def groups(values: Numbers, number: int) -> list[int]:
    """For each value its group of equal size, 1 for the lowest (5 groups: quintiles).

    The rule of SAS ``PROC RANK GROUPS=``: ``floor(rank x number / (n + 1)) + 1``; equal values
    share their mean rank and so their group.
    """
    total = len(values)
    order = sorted(range(total), key=lambda index: values[index])
    result = [0] * total
    start = 0
    while start < total:
        end = start
        while end + 1 < total and values[order[end + 1]] == values[order[start]]:
            end += 1
        doubled_rank = start + 1 + end + 1
        group = doubled_rank * number // (2 * (total + 1)) + 1
        for index in order[start : end + 1]:
            result[index] = group
        start = end + 1
    return result


def half_unit(decimals: int) -> Decimal:
    """The most by which a number printed with so many decimals can differ from the true one."""
    return Decimal(5).scaleb(-decimals - 1)


def statistic(
    function: Callable[[Numbers], Decimal],
    values: Numbers,
    lows: Numbers | None = None,
    highs: Numbers | None = None,
    official: Decimal | None = None,
    official_decimals: int | None = None,
) -> Statistic:
    """A statistic of `values` with its interval; the official value wins where they differ.

    Where the official value is the computed one rounded to `official_decimals`, the computed one
    is the more exact and is used; the interval is then narrowed by both.
    """
    if not values:
        if official is None:
            raise ValueError("a statistic of no values, and no official one")
        half = half_unit(official_decimals) if official_decimals is not None else Decimal(0)
        return Statistic(official, official - half, official + half, 0, official)
    computed = function(values)
    low = function(lows) if lows else computed
    high = function(highs) if highs else computed
    if official is None:
        return Statistic(computed, low, high, len(values), None, computed)
    if official_decimals is None:
        return Statistic(official, official, official, len(values), official, computed)
    half = half_unit(official_decimals)
    bottom, top = max(low, official - half), min(high, official + half)
    if bottom > top:
        return Statistic(
            official, official - half, official + half, len(values), official, computed
        )
    agrees = official - half <= computed < official + half
    value = computed if agrees else official
    return Statistic(value, bottom, top, len(values), official, computed)
