"""Invented people with cancer: their claims, coverage and truth while a story is told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

CENT = Decimal("0.01")
MONTHS = 6
THERAPY, OTHER_THERAPY = "J9271", "J9035"
DRUG, OTHER_DRUG = "12345678901", "55555555501"
CANCERS = {"lung": ("C3411", "C3412"), "breast": ("C50911", "C50912"), "lymphoma": ("C8331",)}
NOT_RECONCILED = ("skin", "C4490")
ONCOLOGY = ("111111111", "222222222", "333333332")
POOL = {"222222222": "POOL2", "333333332": "POOL2"}
OTHERS = "444444444"
"""A taxpayer number that is none of oncology."""
HOSPITAL, HOSPICE, NURSING = "010001", "011501", "015001"
DRUG_FILL = "fill"
FIRST_YEAR_OF_EOM = 2023


@dataclass
class Claim:
    """A claim of one line, or a fill."""

    name: str
    kind: str
    """professional, institutional or fill."""
    first: date
    last: date
    amount: Decimal
    code: str = ""
    diagnoses: tuple[str, ...] = ()
    tin: str = ONCOLOGY[0]
    place: str = "11"
    bill_type: str = ""
    ccn: str = ""
    drg: str = ""
    low_income: Decimal | None = None
    above_threshold: Decimal | None = None


@dataclass
class PlantedCare:
    """A candidate episode of the truth."""

    episode: str
    story: str
    status: str
    reason: str = ""
    cancer: str = ""
    practice: str = ""
    medicare: Decimal | None = None
    """Spending of Part A and B, where nothing in the story is prorated."""
    drugs: Decimal | None = None
    services: int | None = None
    """Monthly services that stand."""


@dataclass
class Patient:
    """An invented person while the story is written."""

    name: str
    draw: random.Random
    period: date
    """First day of the performance period."""
    claims: list[Claim] = field(default_factory=list)
    truth: list[PlantedCare] = field(default_factory=list)
    spans: list[tuple[str, date, date]] = field(default_factory=list)
    covered: list[tuple[date, date]] = field(default_factory=list)
    death: date | None = None
    sex: str = "female"
    birth: date = date(1945, 6, 15)

    def next_name(self) -> str:
        """The name of the next claim; names sort as they were given."""
        return f"{self.name}C{len(self.claims) + 1:03d}"

    def money(self, low: int, high: int) -> Decimal:
        """Dollars and cents between two whole amounts."""
        return (Decimal(self.draw.randint(low * 100, high * 100)) / 100).quantize(CENT)

    def add(self, claim: Claim) -> Claim:
        """Write a claim."""
        self.claims.append(claim)
        return claim

    def therapy(self, day: date, cancer: str, **said: str) -> Claim:
        """A professional line of a therapy."""
        return self.add(
            Claim(
                self.next_name(), "professional", day, day, self.money(800, 9000), THERAPY,
                (self.code_of(cancer),), said.get("tin", ONCOLOGY[0]), said.get("place", "11"),
            )
        )  # fmt: skip

    def visit(self, day: date, cancer: str, tin: str = ONCOLOGY[0]) -> Claim:
        """An evaluation and management visit with the cancer."""
        return self.add(
            Claim(
                self.next_name(), "professional", day, day, self.money(40, 300),
                self.draw.choice(("99213", "99214", "99205")), (self.code_of(cancer),), tin,
            )
        )  # fmt: skip

    def other_care(self, day: date) -> Claim:
        """A line that is of no cancer and counts like any other."""
        return self.add(
            Claim(self.next_name(), "professional", day, day, self.money(40, 300), "93000",
                  ("I10",), OTHERS)
        )  # fmt: skip

    def fill(self, day: date, drug: str = DRUG) -> Claim:
        """A fill of a drug, with what it costs the program."""
        claim = Claim(self.next_name(), DRUG_FILL, day, day, Decimal(0), drug)
        claim.low_income, claim.above_threshold = self.money(0, 90), self.money(0, 4000)
        return self.add(claim)

    def service(self, day: date, tin: str = ONCOLOGY[0]) -> Claim:
        """A monthly enhanced service of the model of the period."""
        code = "G9678" if self.period.year < FIRST_YEAR_OF_EOM else "M0010"
        return self.add(
            Claim(self.next_name(), "professional", day, day, Decimal(160), code,
                  ("Z5189",), tin)
        )  # fmt: skip

    def facility(self, bill_type: str, first: date, days: int, ccn: str) -> Claim:
        """A claim of a hospice or another facility."""
        return self.add(
            Claim(self.next_name(), "institutional", first, first + timedelta(days),
                  self.money(900, 9000), bill_type=bill_type, ccn=ccn, diagnoses=("C3411",))
        )  # fmt: skip

    def code_of(self, cancer: str) -> str:
        """A diagnosis of the cancer."""
        return self.draw.choice(CANCERS[cancer]) if cancer in CANCERS else NOT_RECONCILED[1]


def six_months_after(day: date) -> date:
    """The last day of an episode that begins on a day."""
    month = day.month - 1 + MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    longest = (first_of_next - timedelta(1)).day
    return date(year, month, min(day.day, longest)) - timedelta(1)
