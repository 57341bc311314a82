"""How complete the payments of a month are, judged by how earlier months ran out.

The chain-ladder method with volume weights: the payments of each earlier month are followed from
one age to the next; the ratio of the sums is the development factor of that age, and the product of
the factors still to come is the completion factor of a month of that age. It fits where payment
speed is stable; a change in billing, a new payer system or a single very large claim breaks it. For
a settlement CMS's own completion factor is used instead; this one serves tracking during the year.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from openvbc.worksheets.worksheet import EXACT


@dataclass(frozen=True)
class Development:
    """Development by age in months: how payments known at one age grow to the next."""

    factors: Mapping[int, Decimal]
    """Age to the factor from it to the next age."""

    def completion(self, age: int) -> Decimal:
        """What payments known at `age` are multiplied by to be complete."""
        product = Decimal(1)
        with localcontext(EXACT):
            for known, factor in self.factors.items():
                if known >= age:
                    product *= factor
        return product


def development(
    triangle: Iterable[Mapping[str, Any]], as_of: dt.date, last_age: int
) -> Development:
    """Volume-weighted development factors of the ages 0 to `last_age`.

    Args:
        triangle: rows with incurred_month (its first day), age (months) and amount paid at that
            age, USD; ages without a row are nought.
        as_of: what is known by this day; a month's ages that end later are not looked at.
        last_age: payments later than this age are taken as none.
    """
    paid: dict[dt.date, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in triangle:
        paid[row["incurred_month"]][min(row["age"], last_age)] += row["amount"]
    seen = as_of.year * 12 + as_of.month
    now: dict[int, Decimal] = defaultdict(Decimal)
    later: dict[int, Decimal] = defaultdict(Decimal)
    for month, amounts in paid.items():
        oldest = min(seen - (month.year * 12 + month.month), last_age)
        total = Decimal(0)
        for age in range(oldest):
            total += amounts.get(age, Decimal(0))
            now[age] += total
            later[age] += total + amounts.get(age + 1, Decimal(0))
    with localcontext(EXACT):
        return Development({age: later[age] / now[age] for age in range(last_age) if now.get(age)})
