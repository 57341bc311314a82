"""Invented people with episodes: their claims, coverage and truth while a story is told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

CENT = Decimal("0.01")
YEAR = 2025
"""The year in which the planted anchors end."""
ACUTE = ("010001", "010002", "010003", "050101", "140010", "330101", "450880")
CRITICAL, CANCER, MARYLAND = "011301", "330154", "210005"
REHABILITATION, LONG_TERM, PSYCHIATRIC, NURSING = "013025", "012001", "014001", "015001"
KINDS = {
    "joint replacement": ("470", "469", "522"),
    "heart failure": ("291", "292"),
    "coronary intervention": ("321", "322"),
    "sepsis": ("871", "872"),
    "stroke": ("064", "065"),
    "spinal fusion": ("459", "460"),
    "bowel": ("329", "330"),
    "pneumonia": ("193", "194"),
}
"""What a story is of, and the MS-DRGs it may be billed as."""
READMITTED = ("189", "312", "392")
EXCLUDED_READMISSION = "001"
MEAN_STAYS = {"189": "3.5", "312": "2.1", "392": "2.6", "853": "6.2", "190": "4.0", "885": "7.1",
              "001": "28.3", "470": "1.8", "469": "4.1", "522": "3.7", "291": "3.9", "292": "3.2",
              "321": "3.4", "322": "2.0", "871": "4.8", "872": "3.5", "064": "4.5", "065": "3.0",
              "459": "6.6", "460": "3.1", "329": "9.5", "330": "5.9", "193": "4.1",
              "194": "3.1"}  # fmt: skip
"""Geometric mean stays, invented."""


@dataclass
class Bill:
    """A claim with its lines: (revenue centre or place, code, modifier, day, dollars)."""

    name: str
    kind: str
    first: date
    last: date
    lines: list[tuple[str, str, str, date, Decimal]]
    ccn: str = ""
    drg: str = ""
    bill_type: str = ""
    disposition: str = "01"
    addition: dict[str, str] = field(default_factory=dict)


@dataclass
class Planted:
    """An episode of the truth."""

    episode: str
    story: str
    status: str
    reason: str = ""
    amount: Decimal | None = None
    """Its spending, where nothing in the story is prorated."""


@dataclass
class Person:
    """An invented person while the story is written."""

    name: str
    draw: random.Random
    bills: list[Bill] = field(default_factory=list)
    truth: list[Planted] = field(default_factory=list)
    spans: list[tuple[str, date, date]] = field(default_factory=list)
    covered: list[tuple[date, date]] = field(
        default_factory=lambda: [(date(YEAR - 2, 1, 1), date(YEAR + 1, 12, 31))]
    )
    death: date | None = None

    def next_name(self) -> str:
        """The name of the next claim."""
        return f"{self.name}C{len(self.bills) + 1}"

    def money(self, low: int, high: int) -> Decimal:
        """Dollars and cents between two whole amounts."""
        return (Decimal(self.draw.randint(low * 100, high * 100)) / 100).quantize(CENT)

    def stay(self, first: date, days: int, drg: str, ccn: str = "", **said: str) -> Bill:
        """A hospital stay."""
        last = first + timedelta(days)
        amount = self.money(4000, 40000)
        bill = Bill(
            self.next_name(), "institutional", first, last,
            [("0100", "", "", first, amount)], ccn or self.draw.choice(ACUTE), drg, "111",
        )  # fmt: skip
        bill.disposition = said.get("disposition", "01")
        if self.draw.random() < 0.1:
            bill.addition["outlier_amount"] = str((amount / 5).quantize(CENT))
        self.bills.append(bill)
        return bill

    def outpatient(self, day: date, lines: list[tuple[str, str, Decimal]]) -> Bill:
        """An outpatient claim: (revenue centre, code, dollars) a line."""
        rows = [(revenue, code, "", day, amount) for revenue, code, amount in lines]
        bill = Bill(self.next_name(), "institutional", day, day, rows,
                    self.draw.choice(ACUTE), "", "131")  # fmt: skip
        self.bills.append(bill)
        return bill

    def visit(self, day: date, code: str = "99213", place: str = "11", modifier: str = "") -> Bill:
        """A professional line."""
        rows = [(place, code, modifier, day, self.money(40, 400))]
        bill = Bill(self.next_name(), "professional", day, day, rows)
        self.bills.append(bill)
        return bill

    def facility(self, bill_type: str, first: date, days: int, ccn: str = NURSING) -> Bill:
        """A claim of another facility, by type of bill."""
        last = first + timedelta(days)
        rows = [("0022", "", "", first, self.money(900, 9000))]
        bill = Bill(self.next_name(), "institutional", first, last, rows, ccn, "", bill_type)
        self.bills.append(bill)
        return bill
