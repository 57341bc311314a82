"""What a contract gave for a year of care and what the care was, for drivers of any program.

A program that has no steps of its own for drivers tells its year as an :class:`Account`: dollars by
group of people or episodes, and services by kind of care. Two of them, the year and an earlier one,
make the drivers: volume, mix and price, as those of Shared Savings are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openvbc.programs.drivers.causes import Items
from openvbc.programs.drivers.kinds import Kind, Kinds, Months
from openvbc.programs.drivers.ranked import CareDrivers, ranked
from openvbc.programs.drivers.yardstick import Words, Yardstick

NOW, BEFORE = "NOW", "BEFORE"
MONTHS_OF_ONE = 12
"""Months that stand for one person-year, or for one episode."""
EVERYBODY = "All members"
"""The group of a program whose contract knows one."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Account:
    """One year, or performance period, of a contract."""

    name: str
    """As a reader calls it, for example ``contract year 2025``."""
    words: Words
    months: Mapping[str, int]
    """Months by group; twelve for an episode."""
    items: Mapping[Kind, Items]
    """Services and dollars by group and kind of care, and item."""
    people: Mapping[Kind, int]
    """People with such a service."""
    given: Mapping[str, Fraction]
    """What the contract gave by group (USD); empty of a year that is not settled."""
    counted: Mapping[str, Fraction]
    """What counts as spending by group (USD)."""
    result: Decimal | None = None
    """Given less counted, as settled."""

    def paid(self, group: str) -> Fraction:
        """Dollars of the group's care."""
        return sum((_dollars(i) for kind, i in self.items.items() if kind[0] == group), Fraction(0))

    @property
    def groups(self) -> list[str]:
        """Every group with months or care."""
        return sorted({*self.months, *(group for group, _ in self.items)})


def account_of(
    name: str,
    words: Words,
    care: Iterable[Row],
    months: Mapping[str, int],
    given: Mapping[str, Fraction],
    result: Decimal | None,
    counted: Mapping[str, Fraction] | None = None,
) -> Account:
    """An account from rows of care and what was settled.

    Where the settlement does not say what counts of each group, what was given less the result is
    shared between the groups by their dollars of care.

    Args:
        name: as a reader calls the year.
        words: what the program's parts are called.
        care: rows with of_group, service_category, item, quantity, amount; people, where known.
        months: by group.
        given: what the contract gave by group (USD).
        result: given less counted, as settled; None: the care itself counts.
        counted: what counts of each group, where the settlement says it.
    """
    items: dict[Kind, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    people: dict[Kind, int] = {}
    for row in care:
        kind = (row["of_group"], row["service_category"])
        items[kind][row["item"]] = (int(row["quantity"]), row["amount"])
        people[kind] = int(row["people"])
    made = Account(name, words, months, dict(items), people, given, counted or {}, result)
    if counted is not None:
        return made
    paid = {group: made.paid(group) for group in made.groups}
    whole = sum(paid.values(), Fraction(0))
    if result is None or not whole:
        return replace(made, counted=paid)
    spent = sum(given.values(), Fraction(0)) - Fraction(result)
    return replace(made, counted={group: spent * part / whole for group, part in paid.items()})


def drivers_between(now: Account, before: Account) -> CareDrivers:
    """The drivers of a year against an earlier one."""
    groups = sorted({*now.groups, *before.groups})
    per_capita = {
        group: now.given.get(group, Fraction(0)) * MONTHS_OF_ONE / now.months[group]
        for group in groups
        if now.months.get(group)
    }
    yardstick = Yardstick(
        NOW, BEFORE, {BEFORE: before.name, NOW: now.name}, per_capita, True, now.result, now.words
    )
    items = {(NOW, kind): services for kind, services in now.items.items()}
    items |= {(BEFORE, kind): services for kind, services in before.items.items()}
    months = {
        (period, group): Months(
            each.months.get(group, 0), each.paid(group), each.counted.get(group, Fraction(0))
        )
        for period, each in ((BEFORE, before), (NOW, now))
        for group in groups
    }
    kinds = Kinds(yardstick, items, months)
    return CareDrivers(kinds, ranked(kinds, now.people))


def _dollars(items: Items) -> Fraction:
    return sum((Fraction(amount) for _, amount in items.values()), Fraction(0))


def services_of(account: Account) -> Sequence[tuple[Kind, str, int, Decimal]]:
    """Every service of the year by its dollars, the most first."""
    services = [
        (kind, item, quantity, amount)
        for kind, items in account.items.items()
        for item, (quantity, amount) in items.items()
    ]
    return sorted(services, key=lambda each: (-each[3], each[0], each[1]))
