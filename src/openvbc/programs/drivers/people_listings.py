"""Drivers by people as lists: practices, clinicians, cohorts, joiners, high-cost people."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any

from openvbc.engine.quoting import literal
from openvbc.enrollment_type import type_name
from openvbc.format import in_words
from openvbc.programs.drivers import groups
from openvbc.programs.drivers.care_listings import PER_CAPITA, USD
from openvbc.programs.drivers.causes import cents
from openvbc.programs.drivers.drivers import Drivers
from openvbc.programs.drivers.groups import Group, beyond_their_share, groups_of, share_of
from openvbc.programs.listing import Field, Listing

FIGURES = (
    Field("People", "count"), Field("Person-years", "person-years"), Field("Mean risk", "factor"),
    Field("Benchmark", USD), Field("Spending", USD), Field("Contribution to savings", USD),
    Field("Risk-adjusted spending, per capita", PER_CAPITA), Field("95% from", PER_CAPITA),
    Field("95% to", PER_CAPITA),
)  # fmt: skip
PEOPLE_OF_A_DRIVER = 20
HIGH_COST = 100
"""People on the list of high cost."""
SHARES = (1, 5, 10)
"""Percent of people whose part of the spending is told."""
ADJUSTED = (
    "Risk-adjusted: spending over benchmark, times the benchmark a person-year of all; the "
    "interval is a statistic of how people vary, not a settled amount."
)


def practices(drivers: Drivers) -> Listing:
    """Attributed lives, spending, contribution of each practice."""
    of_practice = _groups(drivers, groups.PRACTICE)
    rows = [[g.name, *_figures(drivers, g)] for g in of_practice]
    return Listing(
        "drivers_practices", "By practice", [Field("Practice", role="who"), *FIGURES],
        [*rows, ["In all", *_total(of_practice)]],
        "Participant (taxpayer number, or facility) from which each person had most primary care. "
        + ADJUSTED, "small counts",
    )  # fmt: skip


def clinicians(drivers: Drivers) -> Listing:
    """The same of each clinician within a practice."""
    of_clinician = _groups(drivers, groups.CLINICIAN)
    rows = [[*g.name.split(" ", 1), *_figures(drivers, g)] for g in of_clinician]
    heads = [Field("Practice", role="who"), Field("Clinician", role="who"), *FIGURES]
    return Listing(
        "drivers_clinicians", "By clinician", heads,
        [*rows, ["In all", "", *_total(of_clinician)]],
        "Clinician from whom each person had most primary care in the practice. " + ADJUSTED,
        "small counts",
    )  # fmt: skip


def cohorts(drivers: Drivers) -> Listing:
    """People by the first year in which the run has them assigned."""
    names = drivers.yardstick.names
    found_groups = sorted(_groups(drivers, groups.COHORT), key=lambda g: g.name)
    rows = [[names[g.name.split(" ", 1)[1]], *_figures(drivers, g)] for g in found_groups]
    return Listing(
        "drivers_cohorts", "By cohort", [Field("First assigned in", role="who"), *FIGURES],
        [*rows, ["In all", *_total(found_groups)]],
        "Cohort: the first year in which a person is assigned. " + ADJUSTED,
        "small counts",
    )  # fmt: skip


def standing(drivers: Drivers) -> Listing:
    """Joiners and stayers, and what leavers took with them."""
    words = {"JOINED": "Joined", "STAYED": "Stayed"}
    both = _groups(drivers, groups.STANDING)
    rows = [[words[g.name], *_figures(drivers, g)] for g in both]
    rows += [["In all", *_total(both)], _left(drivers)]
    names, yardstick = drivers.yardstick.names, drivers.yardstick
    return Listing(
        "drivers_standing", "Joiners, stayers, leavers",
        [Field("People who", role="who"), *FIGURES],
        rows,
        f"Against {names[yardstick.base]}. Leavers are shown as they were then: in place of the "
        "benchmark stands the mean spending of their enrollment type; plus means that cheaper "
        "people left.", "small counts",
    )  # fmt: skip


def _left(drivers: Drivers) -> list[Any]:
    base, kinds = drivers.yardstick.base, drivers.kinds
    people, months, mean, spent = 0, 0, Fraction(0), Fraction(0)
    for row in groups.left(drivers.engine, drivers.yardstick):
        year = kinds.year(base, row["enrollment_type"])
        people += int(row["people"])
        months += int(row["months"])
        mean += year.counted / year.months * int(row["months"])
        spent += Fraction(row["times_12"]) / 12
    return ["Left", people, cents(Fraction(months, 12)), None, cents(mean), cents(spent),
            cents(mean - spent), None, None, None]  # fmt: skip


def concentration(drivers: Drivers) -> Listing:
    """What part of the spending the costliest people have."""
    rows: list[Sequence[Any]] = []
    ranked = drivers.engine.rows(
        "with one as (select person_id, sum(completed_amount) as paid, "
        "sum(truncated_amount_times_12) as times_12, max(case when is_truncated then 1 else 0 end) "
        f"as cut from assigned_person where period = {literal(drivers.yardstick.main)} "
        "group by person_id) "
        "select paid, times_12, cut from one order by paid desc, person_id"
    )
    whole = sum((row["paid"] for row in ranked), Decimal(0))
    for share in SHARES:
        people = -(-len(ranked) * share // 100)
        paid = sum((row["paid"] for row in ranked[:people]), Decimal(0))
        counted = sum((Fraction(row["times_12"]) / 12 for row in ranked[:people]), Fraction(0))
        cut = sum(int(row["cut"]) for row in ranked[:people])
        rows.append([f"Costliest {share}%", people, cut, cents(Fraction(paid)), cents(counted),
                     paid / whole if whole else None])  # fmt: skip
    fields = [
        Field("People", role="who"), Field("Number", "count"), Field("Cut off", "count"),
        Field("Spending", USD), Field("As it counts", USD), Field("Part of all spending", "ratio"),
    ]  # fmt: skip
    return Listing(
        "drivers_concentration", "High cost", fields, rows,
        "Spending completed; cut off: people above the truncation threshold.", "small counts",
    )  # fmt: skip


def high_cost(drivers: Drivers) -> Listing:
    """The people who cost most beyond their share of the benchmark."""
    fields = [
        Field("Person", role="who"), Field("Enrollment type"), Field("Months", "count"),
        Field("Risk score", "factor"), Field("Spending", USD), Field("As it counts", USD),
        Field("Share of the benchmark", USD), Field("Contribution to savings", USD),
        Field("Practice"), Field("Clinician"),
    ]  # fmt: skip
    people: dict[str, list[Any]] = {}
    for row in beyond_their_share(drivers.engine, drivers.yardstick, HIGH_COST):
        counted, share = (
            Fraction(row["times_12"]) / 12,
            share_of(drivers.yardstick, drivers.means, row),
        )
        added = [int(row["months"]), Fraction(row["paid"]), counted, share]
        known = people.setdefault(
            row["person_id"], [row, [0, Fraction(0), Fraction(0), Fraction(0)]]
        )
        known[1] = [a + b for a, b in zip(known[1], added, strict=True)]
    body = [
        [person, type_name(row["enrollment_type"]), sums[0], row["risk_score"],
         *map(cents, sums[1:]), cents(sums[3] - sums[2]), row["practice"], row["clinician"]]
        for person, (row, sums) in people.items()
    ]  # fmt: skip
    return Listing(
        "drivers_people", "People beyond their benchmark", fields, body,
        f"The {HIGH_COST} people who cost most beyond their share of the benchmark.",
        in_pages=False,
    )  # fmt: skip


def behind_largest(care_drivers: Drivers) -> Listing:
    """The people with most dollars in each of the ten largest drivers."""
    fields = [
        Field("Driver", "count", "who"), Field("Enrollment type"), Field("Service category"),
        Field("Person", role="who"), Field("Spending", USD),
    ]  # fmt: skip
    foremost = care_drivers.foremost_people(PEOPLE_OF_A_DRIVER)
    rows = [
        [d.number, type_name(d.kind[0]), in_words(d.kind[1]), row["person_id"], row["amount"]]
        for d in care_drivers.largest
        for row in foremost.get(d.kind, ())
    ]
    return Listing(
        "drivers_behind", "People behind the largest drivers", fields, rows,
        f"Up to {PEOPLE_OF_A_DRIVER} people of each driver, the most dollars first.",
        in_pages=False,
    )  # fmt: skip


def _groups(drivers: Drivers, people: str) -> list[Group]:
    return groups_of(drivers.engine, drivers.yardstick, drivers.means, people)


def _figures(drivers: Drivers, group: Group) -> list[Any]:
    at, low, high = group.risk_adjusted(drivers.benchmark_a_person_year)
    score = group.mean_score
    return [
        group.people, cents(group.person_years), None if score is None else _places(score),
        cents(group.benchmark), cents(group.spent), cents(group.contribution), *(
            None if x is None else Decimal(str(round(x, 2))) for x in (at, low, high)),
    ]  # fmt: skip


def _places(score: Fraction) -> Decimal:
    return Decimal(score.numerator) / Decimal(score.denominator)


def _total(parts: Sequence[Group]) -> list[Any]:
    """The sum of groups: people, person-years, benchmark, spending, contribution."""
    sums = [
        sum((of(g) for g in parts), Fraction(0))
        for of in (_YEARS, _BENCHMARK, _SPENT, _CONTRIBUTION)
    ]
    years, *money = map(cents, sums)
    return [sum(g.people for g in parts), years, None, *money, None, None, None]


_YEARS, _BENCHMARK = attrgetter("person_years"), attrgetter("benchmark")
_SPENT, _CONTRIBUTION = attrgetter("spent"), attrgetter("contribution")
