"""Drivers by kind of care as lists: the largest, by enrollment type, by category, since earlier."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from openvbc.format import in_words
from openvbc.programs.drivers.causes import Causes, cents
from openvbc.programs.drivers.ranked import LARGEST, CareDrivers
from openvbc.programs.listing import Field, Listing

USD, PER_CAPITA = "USD", "USD per capita"
CAUSES = (
    Field("Volume", USD), Field("Mix", USD), Field("Price", USD),
)  # fmt: skip


def largest(care_drivers: CareDrivers) -> Listing:
    """The ten largest drivers, all others, and what leads from them to the result."""
    yardstick = care_drivers.yardstick
    fields = [
        Field("Driver", "count", "who"), Field(yardstick.words.group, role="who"),
        Field("Service category"), Field("People", "count"), Field("Expected", USD),
        Field("Spent", USD), Field("Effect on the result", USD), *CAUSES,
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        [d.number, yardstick.group_name(d.kind[0]), in_words(d.kind[1]), d.people,
         *_money(d.causes)]
        for d in care_drivers.largest
    ]  # fmt: skip
    others = sum((d.causes for d in care_drivers.all[LARGEST:]), Causes())
    if care_drivers.all[LARGEST:]:
        rows.append([None, "All others", "", None, *_money(others)])
    rows += _to_the_result(care_drivers, sum((row[6] for row in rows), cents(Fraction(0))))
    return Listing(
        "drivers", "Ten largest drivers", fields, rows,
        f"Held against {yardstick.said}, spread over categories as spending of "
        f"{_name(care_drivers, yardstick.base)} was. Plus is a saving. Volume: more or fewer "
        "services; mix: dearer or cheaper ones; price: what one costs.",
        "small counts",
    )  # fmt: skip


def _to_the_result(drivers: CareDrivers, shown: Any) -> list[Sequence[Any]]:
    """Cut-off, benchmark not spread, rounding, total: rows below the drivers."""
    kinds = drivers.kinds
    cut = sum((kinds.cut_off(t, drivers.yardstick.main) for t in kinds.types), Fraction(0))
    not_spread = sum((kinds.not_spread(t) for t in kinds.types), Fraction(0))
    total = drivers.yardstick.settled
    if total is None:
        total = cents(kinds.total())
    rows: list[Sequence[Any]] = [_row(drivers.yardstick.words.beside, cents(cut))]
    if not_spread:
        rows.append(
            _row(f"{drivers.yardstick.words.target} without an earlier year", cents(not_spread))
        )
    added = shown + sum((row[6] for row in rows), cents(Fraction(0)))
    rows.append(_row("Rounding", total - added))
    rows.append(_row(drivers.yardstick.words.result, total))
    return rows


def _row(name: str, amount: Any) -> list[Any]:
    return [None, name, "", None, None, None, amount, None, None, None]


def by_type(drivers: CareDrivers) -> Listing:
    """Each enrollment type against its benchmark."""
    kinds, main, words = drivers.kinds, drivers.yardstick.main, drivers.yardstick.words
    fields = [
        Field(words.group, role="who"), Field(words.units, words.unit),
        Field(f"{words.target} {words.per}", words.per_unit),
        Field(f"{words.spent} {words.per}", words.per_unit),
        Field(words.target, USD), Field(words.spent, USD), Field("Effect on the result", USD),
    ]  # fmt: skip
    rows = []
    for kind in kinds.types:
        year, benchmark = kinds.year(main, kind), kinds.benchmark(kind)
        if not year.months:
            continue
        years = Fraction(year.months, 12)
        rows.append(
            [drivers.yardstick.group_name(kind), cents(years), cents(benchmark / years),
             cents(year.counted / years), cents(benchmark), cents(year.counted),
             cents(benchmark - year.counted)]
        )  # fmt: skip
    return Listing(
        "drivers_types", f"By {words.group.lower()}", fields, rows,
        f"Against {drivers.yardstick.said}; spending as it counts.",
        "small counts",
    )  # fmt: skip


def by_category(drivers: CareDrivers) -> Listing:
    """Each service category against its part of the benchmark, and in every year of the run."""
    kinds, names, words = drivers.kinds, drivers.yardstick.names, drivers.yardstick.words
    periods = [p for p in names if any(period == p for period, _ in kinds.months)]
    fields = [
        Field("Service category", role="who"),
        *(Field(f"{_name(drivers, p)}, {words.per}", words.per_unit) for p in periods),
        Field("Expected", USD), Field("Spent", USD), Field("Effect on the result", USD), *CAUSES,
    ]  # fmt: skip
    years = {
        p: Fraction(sum(m.months for (period, _), m in kinds.months.items() if period == p), 12)
        for p in periods
    }
    rows = []
    for category in sorted({category for _, category in kinds.of}):
        causes = sum((d.causes for d in drivers.all if d.kind[1] == category), Causes())
        spent = [
            cents(_spent(drivers, p, category) / years[p]) if years[p] else None for p in periods
        ]
        rows.append([in_words(category), *spent, *_money(causes)])
    rows.sort(key=lambda row: row[len(periods) + 3])
    return Listing(
        "drivers_categories", "By service category", fields, rows,
        f"{words.beside} not included: it belongs to no category.", "small counts",
    )  # fmt: skip


def since_before(care: CareDrivers) -> Listing:
    """From the earlier year's spending to this one's: people, their mix, volume, mix, price."""
    kinds, yardstick = care.kinds, care.yardstick
    before, now = (
        sum(kinds.year(p, t).months for t in kinds.types) for p in (yardstick.base, yardstick.main)
    )
    whole = Fraction(now, before) - 1 if before else Fraction(0)
    fields = [
        Field("Service category", role="who"), Field("Before", USD),
        Field(f"Number of {yardstick.words.units.lower()}", USD),
        Field(yardstick.words.groups, USD), *CAUSES, Field("Now", USD), Field("Change", USD),
    ]  # fmt: skip
    sums: dict[str, list[Fraction]] = {}
    for kind in kinds.of:
        spent = _spent(care, yardstick.base, kind[1], kind[0])
        causes = kinds.against_history(kind)
        people = spent * whole
        parts = [
            spent, people, causes.expected - spent - people, -causes.volume, -causes.mix,
            -causes.price, causes.spent, causes.spent - spent,
        ]  # fmt: skip
        known = sums.setdefault(kind[1], [Fraction(0)] * len(parts))
        sums[kind[1]] = [a + b for a, b in zip(known, parts, strict=True)]
    rows: list[Sequence[Any]] = [
        [in_words(category), *map(cents, parts)] for category, parts in sums.items()
    ]
    rows.sort(key=lambda row: -row[8])
    cut = [sum((-kinds.cut_off(t, p) for t in kinds.types), Fraction(0))
           for p in (yardstick.base, yardstick.main)]  # fmt: skip
    rows.append([yardstick.words.beside, cents(cut[0]), None, None, None, None, None,
                 cents(cut[1]), cents(cut[1] - cut[0])])  # fmt: skip
    heads = (1, 2, 3, 4, 5, 6, 7, 8)
    total = [sum((row[at] for row in rows if row[at] is not None), cents(Fraction(0)))
             for at in heads]  # fmt: skip
    rows.append(["In all", *total])
    return Listing(
        "drivers_history", f"Since {_name(care, yardstick.base)}", fields, rows,
        f"Dollars of {_name(care, yardstick.base)} to {_name(care, yardstick.main)}; here plus "
        f"is more spending. {yardstick.words.groups}: dearer or cheaper ones, not more of them.",
        "small counts",
    )  # fmt: skip


def _spent(drivers: CareDrivers, period: str, category: str, enrollment_type: str = "") -> Fraction:
    return sum(
        (
            Fraction(amount)
            for (at, kind), items in drivers.kinds.items.items()
            if at == period and kind[1] == category and enrollment_type in ("", kind[0])
            for _, amount in items.values()
        ),
        Fraction(0),
    )


def _money(causes: Causes) -> list[Any]:
    parts = (causes.expected, causes.spent, causes.effect, causes.volume, causes.mix, causes.price)
    return [cents(part) for part in parts]


def _name(drivers: CareDrivers, period: str) -> str:
    name = drivers.yardstick.names[period]
    return name[:1].lower() + name[1:]
