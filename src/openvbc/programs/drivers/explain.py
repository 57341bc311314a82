"""One driver explained: what it came to and why, its services, its people."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult
from openvbc.format import in_words, show
from openvbc.programs.drivers.account import drivers_between
from openvbc.programs.drivers.accounts import Accounts
from openvbc.programs.drivers.causes import cents
from openvbc.programs.drivers.drivers import Drivers, drivers_of
from openvbc.programs.drivers.kinds import NOTHING
from openvbc.programs.drivers.ranked import CareDrivers, Driver
from openvbc.programs.explanation import Explanation, Field, Heading, Part, Sentence, SmallGrid
from openvbc.run import Run

SHOWN = 20
"""Services and people in a table."""
USD = "USD"


def explain_driver(run: Run, number: str, period: str | None) -> Explanation:
    """The driver of a number, as ``vbc drivers`` lists them; `period` is the settled one always.

    Raises:
        EmptyResult: the run has no drivers; InputError: there is none of that number.
    """
    del period
    with reading() as engine:
        drivers = drivers_of(run, engine)
        return Explanation(parts_of(drivers, drivers.driver(number)))


def explain_driver_of_accounts(told: Accounts, run: Run, number: str) -> Explanation:
    """The same where a program tells its years as accounts; whose care it was is not told.

    Raises:
        EmptyResult: no earlier year is known; InputError: there is none of that number.
    """
    accounts = told(run)
    if len(accounts) < 2:
        raise EmptyResult(
            "the run knows no earlier year, so its drivers have no numbers",
            rule="a driver is care of the year held against care of an earlier one",
            action="'vbc drivers RUN' tells what was spent on what; with --against EARLIER_RUN why",
            code="VBC-6023",
        )
    care_drivers = drivers_between(accounts[-1], accounts[-2])
    driver = care_drivers.driver(number)
    return Explanation(
        [*care_parts(care_drivers, driver), _services(care_drivers, driver)], about_people=False
    )


def parts_of(drivers: Drivers, driver: Driver) -> list[Part]:
    """What is said of a driver."""
    return [
        *care_parts(drivers, driver),
        _services(drivers, driver),
        SmallGrid(
            f"People, the {SHOWN} with most",
            [Field("Person"), Field("Spent", USD)],
            [[r["person_id"], r["amount"]] for r in drivers.people_of(driver.kind, SHOWN)],
        ),
    ]


def care_parts(drivers: CareDrivers, driver: Driver) -> list[Part]:
    """What a driver came to, and why."""
    yardstick, words, causes = drivers.yardstick, drivers.yardstick.words, driver.causes
    effect = cents(causes.effect)
    did = "saved" if effect >= 0 else "cost"
    growth, trend = (of(driver.kind[0]) for of in (drivers.kinds.growth, drivers.kinds.trend))
    return [
        Heading(
            title_of(drivers, driver), f"{did} {show(abs(effect), USD)} against {yardstick.said}"
        ),
        Sentence(
            f"Spending of {yardstick.names[yardstick.base].lower()}, times {_times(growth)} for "
            f"{words.units.lower()} and {_times(trend)} for what the {words.target.lower()} "
            "lets it grow by, would be "
            f"{show(cents(causes.expected), USD)}; {show(cents(causes.spent), USD)} was spent on "
            f"{driver.people:,} people."
        ),
        SmallGrid(
            "Why",
            [Field("Cause"), Field("Effect on the result", USD)],
            [
                [f"Volume: more or fewer services {words.per}", cents(causes.volume)],
                ["Mix: dearer or cheaper services", cents(causes.mix)],
                ["Price: what a service costs", cents(causes.price)],
                ["In all", effect],
            ],
            has_total=True,
        ),
    ]


def title_of(drivers: CareDrivers, driver: Driver) -> str:
    """A driver's name: whose care, and which."""
    group = drivers.yardstick.group_name(driver.kind[0])
    return f"{group}, {in_words(driver.kind[1], begins=False)}"


def _services(drivers: CareDrivers, driver: Driver) -> SmallGrid:
    """Services by MS-DRG or HCPCS code, most dollars now or before first."""
    yardstick, items = drivers.yardstick, drivers.kinds.items
    before = items.get((yardstick.base, driver.kind), NOTHING)
    now = items.get((yardstick.main, driver.kind), NOTHING)
    rows: list[list[Any]] = []
    for item in before.keys() | now.keys():
        (had, was), (has, spent) = (each.get(item, (0, Fraction(0))) for each in (before, now))
        price, earlier = (
            cents(Fraction(dollars) / count) if count > 0 else None
            for count, dollars in ((has, spent), (had, was))
        )
        rows.append([item or "all", had, has, earlier, price, spent or cents(Fraction(0))])
    rows.sort(key=lambda row: (-row[5], row[0]))
    fields = [
        Field("MS-DRG or code"), Field("Before", "count"), Field("Now", "count"),
        Field("Each before", USD), Field("Each now", USD), Field("Spent", USD),
    ]  # fmt: skip
    return SmallGrid("Services (claims or lines, less those cancelled)", fields, rows[:SHOWN])


def _times(factor: Fraction) -> str:
    return f"{float(factor):.4f}"
