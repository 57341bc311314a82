"""Shares of spending and lives by payment category, by payer and line of business, and in all.

Beside them stands what was measured nationally, the goals, and what others claimed; figure, year,
denominator and source together, since providers, spending and people are different shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.programs.contract_book.listed import Contract
from openvbc.programs.contract_book.payment_category import NO_ARRANGEMENT, Shares, categories
from openvbc.rules.load import load_code_table

ALL = "all"
NOT_SAID = "not said"
"""Payer and line of business of claims that no contract covers."""


@dataclass(frozen=True)
class ShareLine:
    """One payer and line of business, or all of a line of business, or the book."""

    payer: str
    line_of_business: str
    dollars: Shares
    people: int
    accountable_people: int
    downside_people: int

    @property
    def share_of_people(self) -> Decimal | None:
        """Lives in accountable arrangements over lives; None where nobody is known."""
        return Decimal(self.accountable_people) / self.people if self.people else None


@dataclass(frozen=True)
class ProvidersAtRisk:
    """Providers the book names, and those with any downside risk."""

    providers: int
    with_downside: int


@dataclass
class _Sum:
    by_category: dict[str, Decimal]
    people: int = 0
    accountable: int = 0
    downside: int = 0


def share_lines(
    contracts: Sequence[Contract],
    dollars: Iterable[Mapping[str, Any]],
    people: Iterable[Mapping[str, Any]],
) -> list[ShareLine]:
    """One line a payer and line of business, one a line of business, and one for all of it."""
    sums: dict[tuple[str, str], _Sum] = {}
    for row in dollars:
        category, keys = _placed(contracts, row)
        for key in keys:
            one = sums.setdefault(key, _Sum({})).by_category
            one[category] = one.get(category, Decimal(0)) + Decimal(row["amount"])
    for row in people:
        category, keys = _placed(contracts, row)
        payment_category = categories()[category]
        for key in keys:
            kept = sums.setdefault(key, _Sum({}))
            kept.people += row["people"]
            kept.accountable += row["people"] if payment_category.accountable else 0
            kept.downside += row["people"] if payment_category.downside else 0
    return [
        ShareLine(payer, business, Shares(total, each.by_category), each.people,
                  each.accountable, each.downside)
        for (payer, business), each in sorted(sums.items(), key=_order)
        if (total := sum(each.by_category.values(), Decimal(0))) > 0
    ]  # fmt: skip


def _order(item: tuple[tuple[str, str], _Sum]) -> tuple[bool, str, bool, str]:
    (payer, business), _ = item
    return (business == ALL, business, payer == ALL, payer)


def _placed(
    contracts: Sequence[Contract], row: Mapping[str, Any]
) -> tuple[str, list[tuple[str, str]]]:
    """The category of a row, and the lines it adds to."""
    number = int(row["contract_number"])
    payer, business = row["payer"] or NOT_SAID, row["line_of_business"] or NOT_SAID
    category = NO_ARRANGEMENT
    if number:
        one = contracts[number - 1]
        payer, business = one.entry.payer, one.entry.line_of_business
        assert one.category is not None
        category = one.category.name
    return category, [(payer, business), (ALL, business), (ALL, ALL)]


def providers_at_risk(contracts: Sequence[Contract]) -> ProvidersAtRisk:
    """How many of the providers that the book's contracts name have any downside risk."""
    every = {provider for one in contracts for provider in one.entry.providers}
    exposed = {
        provider
        for one in contracts
        if one.category is not None and one.category.downside
        for provider in one.entry.providers
    }
    return ProvidersAtRisk(len(every), len(exposed))


def measured_nationally(line_of_business: str) -> list[Mapping[str, str]]:
    """What was measured of a line of business, the latest year last; ``all`` is every payer."""
    rows = load_code_table("book", "measured_share")
    return [row for row in rows if row["line_of_business"] == line_of_business]


def claims_made() -> Sequence[Mapping[str, str]]:
    """What others said of these shares, beside what was measured."""
    return load_code_table("book", "claimed_share")
