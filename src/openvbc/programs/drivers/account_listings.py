"""Drivers of a program that tells its year as an account, as lists.

With an earlier account (a year the run itself measured, or the run of another year) they are those
of Shared Savings: kinds of care, groups, categories, since before. Without one nothing can be said
of volume, mix and price; what was given and what was spent on what is told all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from openvbc.format import in_words
from openvbc.programs.drivers import care_listings
from openvbc.programs.drivers.account import Account, drivers_between, services_of
from openvbc.programs.drivers.care_listings import USD
from openvbc.programs.drivers.causes import cents
from openvbc.programs.listing import Field, Listing

SERVICES = 30
"""Services on the list of those with most dollars."""
WITHOUT = (
    "No earlier year is known, so nothing is said of volume, mix and price: "
    "'vbc drivers RUN --against EARLIER_RUN' takes it from the run of another year."
)


def account_listings(now: Account, before: Account | None) -> list[Listing]:
    """The lists, without those that have no rows."""
    if before is None:
        made = [_spending(now), _groups(now), _services(now, None)]
    else:
        drivers = drivers_between(now, before)
        made = [
            care_listings.largest(drivers),
            care_listings.by_type(drivers),
            care_listings.by_category(drivers),
            care_listings.since_before(drivers),
            _services(now, before),
        ]
    return [listing for listing in made if listing.rows]


def _spending(now: Account) -> Listing:
    """Dollars by kind of care down to the result, where there is no earlier year."""
    words = now.words
    fields = [
        Field(words.group, role="who"), Field("Service category", role="who"),
        Field("People", "count"), Field("Services", "count"), Field(words.spent, USD),
        Field(f"{words.spent} {words.per}", words.per_unit),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = []
    for kind, items in now.items.items():
        spent = sum((Fraction(amount) for _, amount in items.values()), Fraction(0))
        months = now.months.get(kind[0], 0)
        each = cents(spent * 12 / months) if months else None
        services = sum(quantity for quantity, _ in items.values())
        rows.append(
            [kind[0], in_words(kind[1]), now.people.get(kind), services, cents(spent), each]
        )
    rows.sort(key=lambda row: (-row[4], row[0], row[1]))
    paid = sum((now.paid(group) for group in now.groups), Fraction(0))
    counted, given = (
        sum(parts.values(), Fraction(0)) for parts in (now.counted, now.given)
    )  # fmt: skip
    rows.append([words.beside, "", None, None, cents(counted - paid), None])
    rows.append([f"{words.spent} as it counts", "", None, None, cents(counted), None])
    if now.result is not None:
        rows.append([words.target, "", None, None, cents(given), None])
        rows.append([words.result, "", None, None, now.result, None])
    return Listing(
        "drivers", "What was spent on what", fields, rows, WITHOUT, "small counts"
    )  # fmt: skip


def _groups(now: Account) -> Listing:
    """What was given to each group, and what it cost."""
    words = now.words
    fields = [
        Field(words.group, role="who"), Field(words.units, words.unit), Field(words.target, USD),
        Field(words.spent, USD), Field("Effect on the result", USD),
    ]  # fmt: skip
    rows = []
    for group in now.groups:
        given, counted = (
            each.get(group, Fraction(0)) for each in (now.given, now.counted)
        )  # fmt: skip
        years = cents(Fraction(now.months.get(group, 0), 12))
        rows.append([group, years, cents(given), cents(counted), cents(given - counted)])
    return Listing(
        "drivers_types", f"By {words.group.lower()}", fields, rows,
        "Spending as it counts.", "small counts",
    )  # fmt: skip


def _services(now: Account, before: Account | None) -> Listing:
    """The services with most dollars, with their number and price in both years."""
    fields = [
        Field(now.words.group, role="who"), Field("Service category"), Field("Code", role="who"),
        *([Field("Before", "count")] if before else []), Field("Number", "count"),
        *([Field("Each before", USD)] if before else []), Field("Each", USD),
        Field(now.words.spent, USD),
    ]  # fmt: skip
    rows = []
    for kind, item, quantity, amount in services_of(now)[:SERVICES]:
        had, was = before.items.get(kind, {}).get(item, (0, 0)) if before else (0, 0)
        rows.append(
            [kind[0], in_words(kind[1]), item or "all", *([had] if before else []), quantity,
             *([_each(had, was)] if before else []), _each(quantity, amount), amount]
        )  # fmt: skip
    return Listing(
        "drivers_services", "Services with most dollars", fields, rows,
        "MS-DRG of a hospital stay, HCPCS code of a line; other care is one kind. Claims or lines, "
        "less those cancelled.", "small counts",
    )  # fmt: skip


def _each(number: int, dollars: Any) -> Any:
    return cents(Fraction(dollars) / number) if number > 0 else None
