"""The HCP-LAN payment category of every dollar, and the shares of spending by category.

A dollar is in one category: that of the most advanced arrangement that covered its person and month
(or its provider, or its episode). Without a link to quality risk is 3N or 4N, reported apart.
Facts: ``rules/book/payment_category.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from openvbc.errors import InputError
from openvbc.rules.load import load_code_table

NO_ARRANGEMENT = "1"


@dataclass(frozen=True)
class Category:
    """One payment category."""

    name: str
    title: str
    place: int
    """Among arrangements that cover one dollar, the lowest place wins."""
    accountable: bool
    """It counts in the share of categories 3 and 4."""
    downside: bool
    """It counts in the share under downside risk (3B to 4)."""
    without_quality_link: str
    """What it is where quality moves nothing."""


@cache
def categories() -> Mapping[str, Category]:
    """Every category by name, the most advanced first."""
    return {
        row["category"]: Category(
            row["category"],
            row["name"],
            int(row["place"]),
            row["accountable"] == "yes",
            row["downside"] == "yes",
            row["without_quality_link"],
        )
        for row in load_code_table("book", "payment_category")
    }


@dataclass(frozen=True)
class Covering:
    """An arrangement that may cover a dollar."""

    category: str
    has_quality_link: bool = True
    is_attributed: bool = True
    """The person is in its population; other arrangements cover nothing of a person."""
    episode_dollars: Decimal | None = None
    """Of an arrangement over episodes: the dollars within them, all it covers."""

    @property
    def counted_as(self) -> Category:
        """Its category, given its link to quality."""
        category = categories()[self.category]
        return category if self.has_quality_link else categories()[category.without_quality_link]


def dollars_by_category(dollars: Decimal, covering: Iterable[Covering]) -> dict[str, Decimal]:
    """The dollars of one person and month by category; they add up to the dollars given."""
    mine = sorted(
        (one for one in covering if one.is_attributed), key=lambda one: one.counted_as.place
    )
    by_category: dict[str, Decimal] = {}
    left = dollars
    for one in mine:
        within = left if one.episode_dollars is None else min(one.episode_dollars, left)
        if within:
            name = one.counted_as.name
            by_category[name] = by_category.get(name, Decimal(0)) + within
            left -= within
    if left:
        by_category[NO_ARRANGEMENT] = by_category.get(NO_ARRANGEMENT, Decimal(0)) + left
    return by_category


@dataclass(frozen=True)
class Shares:
    """Dollars by category over all dollars of one payer, line of business or book (ratios)."""

    total: Decimal
    by_category: Mapping[str, Decimal]

    def of(self, names: Iterable[str]) -> Decimal:
        """The share of some categories."""
        return sum((self.by_category.get(n, Decimal(0)) for n in names), Decimal(0)) / self.total

    @property
    def accountable(self) -> Decimal:
        """Share of categories 3 and 4."""
        return self.of(each.name for each in categories().values() if each.accountable)

    @property
    def downside(self) -> Decimal:
        """Share of 3B to 4: under downside risk."""
        return self.of(each.name for each in categories().values() if each.downside)

    @property
    def apart(self) -> Decimal:
        """Share of 3N and 4N, which is in neither."""
        return self.of(("3N", "4N"))

    @property
    def fee_for_service(self) -> Decimal:
        """Share of category 1."""
        return self.of((NO_ARRANGEMENT,))

    @property
    def linked_to_quality(self) -> Decimal:
        """Share of category 2."""
        return self.of(("2A", "2B", "2C"))


def shares(by_category: Mapping[str, Decimal]) -> Shares:
    """The shares of dollars by category.

    Raises:
        InputError: there are no dollars to take a share of.
    """
    total = sum(by_category.values(), Decimal(0))
    if total <= 0:
        raise InputError(
            "there are no dollars to take a share of",
            rule="the denominator is all dollars paid of a line of business",
            action="give the dollars paid, or leave the line of business out",
            code="VBC-9012",
        )
    return Shares(total, by_category)


def moved(
    by_category: Mapping[str, Decimal], dollars: Decimal, from_: str, to: str
) -> dict[str, Decimal]:
    """The dollars with some of one category in another: a contract moved to other terms."""
    amounts = dict(by_category)
    amounts[from_] = amounts.get(from_, Decimal(0)) - dollars
    amounts[to] = amounts.get(to, Decimal(0)) + dollars
    return amounts
