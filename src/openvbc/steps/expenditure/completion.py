"""How complete recent months are: age-to-age factors of the completion triangle.

Use during the year, when claims for recent months are still coming in. The method is the
volume-weighted chain ladder: of the months old enough to show both, how much had been paid one
month later for each dollar paid by an age; the product of the factors from an age on is what a
dollar paid by that age will become. CMS settles with its own completion factor instead.

Assumes that months develop alike. It cannot see a change in how fast claims are paid, and has
nothing to say on an age beyond the oldest month held: there it takes claims as complete.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

_DIGITS = 28


@dataclass(frozen=True)
class Development:
    """One age: what the months that reached the next age had paid by this one and by the next."""

    age: int
    """Months between the incurred month and the month known; 0 is the same month."""
    paid: Decimal
    paid_by_next: Decimal
    to_next: Decimal
    """Age-to-age factor, paid_by_next / paid; 1 where nothing was paid."""
    to_ultimate: Decimal
    """Product of the factors from this age on."""


def develop(triangle: Iterable[Mapping[str, Any]], as_of: dt.date) -> tuple[Development, ...]:
    """The development of a triangle as known at the end of the month before or at `as_of`.

    Args:
        triangle: rows of the table `completion_triangle`: incurred_month (first day of the
            month), age, amount.
        as_of: last day of knowledge; a month not over by then is left out.

    Returns:
        One row an age, from 0; empty if fewer than two ages can be seen.
    """
    last = _months(as_of + dt.timedelta(days=1)) - 1
    paid: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in triangle:
        paid[_months(row["incurred_month"])][int(row["age"])] += row["amount"]
    reached = {month: last - month for month in paid if month <= last}
    oldest = max(reached.values(), default=0)
    pairs = []
    for age in range(oldest):
        months = [month for month, at in reached.items() if at > age]
        now = sum((_by(paid[month], age) for month in months), Decimal(0))
        later = sum((_by(paid[month], age + 1) for month in months), Decimal(0))
        pairs.append((now, later))
    out: list[Development] = []
    with localcontext() as context:
        context.prec = _DIGITS
        ultimate = Decimal(1)
        for age in range(len(pairs) - 1, -1, -1):
            now, later = pairs[age]
            factor = later / now if now else Decimal(1)
            ultimate *= factor
            out.append(Development(age, now, later, factor, ultimate))
    return tuple(reversed(out))


def completed(amount: Decimal, age: int, development: Iterable[Development]) -> Decimal:
    """What `amount`, paid by `age`, will become; unrounded."""
    factor = {row.age: row.to_ultimate for row in development}.get(age, Decimal(1))
    with localcontext() as context:
        context.prec = _DIGITS
        return amount * factor


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _by(amounts: Mapping[int, Decimal], age: int) -> Decimal:
    return sum((amount for at, amount in amounts.items() if at <= age), Decimal(0))
