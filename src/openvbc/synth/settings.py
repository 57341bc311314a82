"""What is asked of the generator, and the calendar that follows from it.

A *period* is a measured year: the three benchmark years before the agreement starts and the
performance year. Each has an assignment window, which depends on the assignment method and on the
performance year whose rules apply to all four (42 CFR 425.400, 425.402).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from openvbc.errors import ContractError

EXPANDED_WINDOW_FROM = 2025
"""First performance year with the expanded window for step 3 (42 CFR 425.402(b), 425.20)."""

EMERGENCY_MONTHS = (date(2020, 1, 1), date(2023, 5, 31))
"""The months of the COVID-19 emergency, which add codes to a window (42 CFR 425.400(c)(2))."""

TRACKS = ("BASIC_A", "BASIC_B", "BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED")
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01: how the generator holds dates."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True)
class Period:
    """A measured year and its assignment window; dates are day numbers, ends inclusive."""

    name: str
    year: int
    window_start: int
    window_end: int
    expanded_start: int | None
    has_emergency_month: bool
    """Whether the window, the expanded one included, has a month of the COVID-19 emergency."""
    assignment_known_by: int
    """Claims loaded later than this are unknown when the list is made: three months of run-out."""
    known_by: int
    """31 March after the year: the run-out of expenditures (42 CFR 425.652(a)(1))."""


@dataclass(frozen=True)
class Settings:
    """One order to the generator; the same settings give the same bytes."""

    people: int
    seed: int
    performance_year: int = 2024
    agreement_start: date = date(2024, 1, 1)
    agreement_number: int = 2
    assignment_method: str = "retrospective"
    track: str = "BASIC_E"
    light: bool = False
    deliveries_per_year: int = 2
    shard_size: int = 2500

    def __post_init__(self) -> None:
        if self.people < 200:
            raise ContractError(
                f"{self.people} people are too few to hold every trap",
                action="ask for 200 or more",
                code="VBC-210",
            )
        if self.assignment_method not in ("retrospective", "prospective"):
            raise ContractError(
                f"unknown assignment method {self.assignment_method!r}",
                action="use retrospective or prospective",
                code="VBC-2015",
            )
        if self.track not in TRACKS:
            raise ContractError(
                f"the generator knows no track {self.track!r}",
                action=f"use one of {', '.join(TRACKS)}",
                code="VBC-2016",
            )
        if not date(2020, 1, 1) <= self.agreement_start <= date(2026, 1, 1):
            raise ContractError(
                f"agreement start {self.agreement_start} is not generated",
                action="use 1 January of 2020 to 2026",
                code="VBC-2017",
            )
        if self.agreement_start.month != 1 or self.agreement_start.day != 1:
            raise ContractError(
                "an agreement starts on 1 January", action="use YYYY-01-01", code="VBC-2018"
            )
        if not 0 <= self.performance_year - self.agreement_start.year <= 4:
            raise ContractError(
                f"{self.performance_year} is not in the five years from {self.agreement_start}",
                action="choose a performance year of the agreement",
                code="VBC-2019",
            )
        if self.deliveries_per_year not in (1, 2, 3, 4, 6, 12):
            raise ContractError(
                "claims come in 1, 2, 3, 4, 6 or 12 deliveries a year",
                action="use one of these",
                code="VBC-2020",
            )

    @property
    def benchmark_years(self) -> tuple[int, int, int]:
        """The three calendar years before the agreement starts."""
        start = self.agreement_start.year
        return start - 3, start - 2, start - 1

    @property
    def periods(self) -> tuple[Period, ...]:
        """BY1, BY2, BY3 and PY."""
        names = zip(("BY1", "BY2", "BY3"), self.benchmark_years, strict=True)
        return tuple(self._period(n, y) for n, y in (*names, ("PY", self.performance_year)))

    def _period(self, name: str, year: int) -> Period:
        if self.assignment_method == "retrospective":
            start, end = date(year, 1, 1), date(year, 12, 31)
            listed = date(year + 1, 3, 31)
        else:
            start, end = date(year - 2, 10, 1), date(year - 1, 9, 30)
            listed = date(year - 1, 12, 31)
        expanded = None
        opens = start
        if self.performance_year >= EXPANDED_WINDOW_FROM:
            opens = start.replace(year=start.year - 1)
            expanded = day_number(opens)
        return Period(
            name,
            year,
            day_number(start),
            day_number(end),
            expanded,
            opens <= EMERGENCY_MONTHS[1] and end >= EMERGENCY_MONTHS[0],
            day_number(listed),
            day_number(date(year + 1, 3, 31)),
        )

    @property
    def measured_years(self) -> tuple[int, ...]:
        """Years whose spending counts."""
        return (*self.benchmark_years, self.performance_year)

    @property
    def first_year(self) -> int:
        """First year with any claim: where the earliest window opens, and at the latest the year
        before benchmark year 1, whose diagnoses predict it."""
        first = self.periods[0]
        opens = first.window_start if first.expanded_start is None else first.expanded_start
        return min(day_of(opens).year, first.year - 1)

    @property
    def years(self) -> range:
        """Every simulated year, windows before the first benchmark year included."""
        return range(self.first_year, self.performance_year + 1)

    @property
    def months(self) -> int:
        """Number of simulated months; month 0 is January of the first year."""
        return 12 * len(self.years)
