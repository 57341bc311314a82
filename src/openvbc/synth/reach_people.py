"""Invented people of a REACH entity: how each is aligned is decided first, claims follow from it.

A *story* says what a person's care in the two alignment years looks like, and so whether the person
is aligned, why not, and which months count. Stories come in turn, so that every one occurs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

YEAR = 2023
BASE_YEARS = (2017, 2018, 2019)
ENTITY, OTHER_ENTITY = "D0001", "D0002"
WHOLE, SHARED, STRANGER, ANOTHER, RIVAL = (
    "100000001", "100000002", "300000001", "300000002", "200000001",
)  # fmt: skip
"""Taxpayer numbers: the entity's whole, one it shares a clinician of, two of nobody, a rival's."""
LISTED, UNLISTED = "1000000103", "1000000202"
"""Clinicians of the shared taxpayer number: on the entity's list, and not."""
ANYBODY = "1000000301"
"""A clinician of every other taxpayer number."""
VISIT, SPECIALIST_VISIT = "99213", "99214"
PRIMARY, OTHER, NOT_LISTED = "08", "06", "30"
COUNTIES = ("39035", "39049", "39061")
OLDER, RECENT = date(2020, 7, 1), date(2021, 7, 1)
"""First days of the alignment years of the performance year; the second ends on 30 June 2022."""
KNOWN_BY, RUN_OUT = date(2022, 9, 30), date(2024, 3, 31)


@dataclass(frozen=True)
class Bill:
    """One claim of one line, or a facility claim."""

    day: date
    amount: Decimal
    """What was paid; of a visit four fifths of what was allowed, else all of it."""
    code: str = ""
    specialty: str = ""
    tin: str = ""
    npi: str = ""
    paid_on: date | None = None
    allowed: Decimal | None = None

    @property
    def known_on(self) -> date:
        """The day the claim became known."""
        return self.paid_on or self.day + timedelta(20)


@dataclass
class Person:
    """One invented person, with the truth."""

    name: str
    story: str
    county: str
    bills: list[Bill] = field(default_factory=list)
    designations: list[tuple[date, str]] = field(default_factory=list)
    """Day and taxpayer number."""
    death: date | None = None
    managed_from: int = 0
    """First month of the performance year in Medicare Advantage; 0 for none."""
    kidney_from: int = 0
    """First month of the performance year with ESRD; 0 for none."""
    moves_in: int = 0
    """Month of the performance year from which the person lives in the next county; 0 for none."""
    in_history: bool = True
    """Whether the person is aligned in the base years."""
    alignment: str = ""
    """CLAIMS or VOLUNTARY; empty for who is not aligned in the performance year."""
    reason: str = ""
    first_month: int = 1
    equity: str = ""
    score: Decimal = Decimal(1)

    def months(self, year: int) -> list[int]:
        """The months that count in a measured year."""
        if year != YEAR:
            return list(range(1, 13)) if self.in_history else []
        if not self.alignment:
            return []
        last = 12
        if self.death is not None and self.death.year == YEAR:
            last = self.death.month
        if self.managed_from:
            last = min(last, self.managed_from - 1)
        return list(range(self.first_month, last + 1))

    def entitlement(self, year: int, month: int) -> str:
        """AGED_DISABLED or ESRD."""
        kidney = year == YEAR and self.kidney_from and month >= self.kidney_from
        return "ESRD" if kidney else "AGED_DISABLED"

    def county_in(self, year: int, month: int) -> str:
        """County of residence."""
        if year == YEAR and self.moves_in and month >= self.moves_in:
            return COUNTIES[(COUNTIES.index(self.county) + 1) % len(COUNTIES)]
        return self.county
