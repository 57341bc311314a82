"""Invented deliveries for a capitation contract, and the truth they were made from.

Every person of the generator is on the roster. Most stay all year; the others are added late, leave
and are reported late, change their rate cell, or are terminated and taken back. For each of them
the months it is truly paid for are decided first, in ``truth/capitated_month.csv``; the changes of
the roster follow from them, and the payment file pays them with some mistakes, which stand in
``truth/payment_exception.csv``.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import private_folder, write_text
from openvbc.shipped import shipped_text

PROJECT = """\
# A generated project: {people} invented people, seed {seed}.
program: capitation
contract: {{file: contract.yaml}}
inputs:
  cclf: [cclf]
  eligibility: eligibility.csv
  roster: roster.csv
  rates: rates.csv
  areas: areas.csv
  division: division.csv
  payments: payments.csv
known:
  quality_score: 0.72
"""
RATES = {"ADULT": Decimal("390.00"), "SENIOR": Decimal("480.00"), "DISABLED": Decimal("540.00")}
"""USD a member month before area, trend and risk: near what the invented members cost."""
AREAS = {"NORTH": Decimal("1.03"), "SOUTH": Decimal("0.97")}
TREND, CARVE_OUT = Decimal("1.02"), Decimal("35.00")
DIVISION = (
    ("hospital care", "HOSPITAL", "institutional", "1", "60"),
    ("hospital care", "HOSPITAL", "institutional", "1", "61"),
    ("outpatient care", "SHARED", "institutional", "1", "40"),
    ("hospice", "PLAN", "institutional", "1", "50"),
    ("other facilities", "HOSPITAL", "institutional", "2", ""),
    ("equipment", "PLAN", "professional", "1", "82"),
    ("professional care", "GROUP", "professional", "2", ""),
)


@dataclass
class _Member:
    """One invented member: what it is paid for, and the changes that say so."""

    member_id: str
    area: str
    risk: Decimal
    months: dict[int, str] = field(default_factory=dict)
    """Month to rate cell, as it is at the end."""
    changes: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """Action, first day, last day, rate cell, received on."""


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Claims of invented people, the contract of the book and its lists, and the truth."""
    from openvbc.synth import Settings, generate

    settings = Settings(people=people, seed=seed, light=True)
    generate(settings, folder)
    year = settings.performance_year
    with (folder / "truth" / "people.csv").open(encoding="utf-8", newline="") as file:
        identifiers = sorted({row["person_id"] for row in csv.DictReader(file)})
    rng = random.Random(seed)
    members = [_member(identifier, number, year, rng)
               for number, identifier in enumerate(identifiers)]  # fmt: skip
    _write_roster(folder, members)
    _write_lists(folder, year)
    _write_payments(folder, members, year, rng)
    text = _contract(year)
    write_text(folder / "contract.yaml", text)
    write_text(folder / "openvbc.yaml", PROJECT.format(people=people, seed=seed))


def _member(identifier: str, number: int, year: int, rng: random.Random) -> _Member:
    """A member of one of six kinds, in turn; the month in which it changes is drawn."""
    member = _Member(identifier, rng.choice(sorted(AREAS)), Decimal(rng.randrange(60, 260)) / 100)
    cell, other = rng.sample(sorted(RATES), 2)
    month = rng.randrange(3, 11)
    every = range(1, 13)
    early = f"{year - 1}-12-20"
    first, open_end = f"{year}-01-01", ""
    kind = number % 6
    member.changes.append(("ADDITION", first, open_end, cell, early))
    member.months = dict.fromkeys(every, cell)
    if kind == 1:  # added late, for months that have passed
        member.changes = [("ADDITION", _day(year, month), open_end, cell, _day(year, month + 2))]
        member.months = dict.fromkeys(range(month, 13), cell)
    elif kind == 2:  # left, and reported two months later
        left = _last(year, month)
        member.changes.append(("TERMINATION", "", left, "", _day(year, month + 2)))
        member.months = dict.fromkeys(range(1, month + 1), cell)
    elif kind == 3:  # another rate cell, from a month that has passed
        member.changes.append(
            ("ADDITION", _day(year, month), open_end, other, _day(year, month + 1))
        )
        member.months |= dict.fromkeys(range(month, 13), other)
    elif kind == 4:  # terminated in error and taken back
        member.changes.append(("TERMINATION", "", _last(year, month), "", _day(year, month + 1)))
        member.changes.append(
            ("ADDITION", _day(year, month + 1), open_end, cell, _day(year, month + 2))
        )
    elif kind == 5:  # reported as having left, too late to count
        member.changes.append(("TERMINATION", "", _last(year, 2), "", _day(year, 9)))
        member.months = dict.fromkeys(range(1, 6), cell)
    return member


def _day(year: int, month: int) -> str:
    """The first day of a month counted from January; 13 is the next January."""
    index = year * 12 + month - 1
    return dt.date(index // 12, index % 12 + 1, 1).isoformat()


def _last(year: int, month: int) -> str:
    return (dt.date.fromisoformat(_day(year, month + 1)) - dt.timedelta(days=1)).isoformat()


def _amount(member: _Member, cell: str) -> Decimal:
    exact = RATES[cell] * AREAS[member.area] * TREND * member.risk - CARVE_OUT
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _write_roster(folder: Path, members: list[_Member]) -> None:
    with csv_file(folder / "roster.csv") as writer:
        writer.writerow(
            ["member_id", "action", "first_day", "last_day", "rate_cell", "received_on", "area",
             "risk_score"]
        )  # fmt: skip
        for member in members:
            for action, first, last, cell, received in member.changes:
                own = (member.area, f"{member.risk:.2f}") if action == "ADDITION" else ("", "")
                writer.writerow([member.member_id, action, first, last, cell, received, *own])


def _write_lists(folder: Path, year: int) -> None:
    with csv_file(folder / "rates.csv") as writer:
        writer.writerow(["contract_year", "rate_cell", "rate"])
        writer.writerows([year, cell, rate] for cell, rate in RATES.items())
    with csv_file(folder / "areas.csv") as writer:
        writer.writerow(["contract_year", "area", "factor"])
        writer.writerows([year, area, factor] for area, factor in AREAS.items())
    with csv_file(folder / "division.csv") as writer:
        writer.writerow(["service", "fund", "claim_kind", "priority", "claim_type_code"])
        writer.writerows(DIVISION)


def _write_payments(folder: Path, members: list[_Member], year: int, rng: random.Random) -> None:
    private_folder(folder / "truth")
    exceptions: list[tuple[str, int, str, Decimal]] = []
    with (
        csv_file(folder / "payments.csv") as payments,
        csv_file(folder / "truth" / "capitated_month.csv") as truth,
    ):
        payments.writerow(["member_id", "month", "amount", "rate_cell"])
        truth.writerow(["member_id", "month_number", "rate_cell", "amount"])
        for member in members:
            for month, cell in sorted(member.months.items()):
                due = _amount(member, cell)
                truth.writerow([member.member_id, month, cell, due])
                mistake = rng.choice(MISTAKES) if rng.random() < 0.02 else ""
                for amount, of_cell in _paid(member, cell, due, mistake):
                    payments.writerow([member.member_id, _day(year, month), amount, of_cell])
                    exceptions.append((member.member_id, month, mistake, amount))
                if mistake == "NOT_PAID":
                    exceptions.append((member.member_id, month, mistake, Decimal(0)))
            if len(member.months) < 12 and rng.random() < 0.05:
                month = next(m for m in range(1, 13) if m not in member.months)
                amount = _amount(member, "ADULT")
                payments.writerow([member.member_id, _day(year, month), amount, "ADULT"])
                exceptions.append((member.member_id, month, "NOT_A_MEMBER", amount))
    with csv_file(folder / "truth" / "payment_exception.csv") as writer:
        writer.writerow(["member_id", "month_number", "exception", "paid"])
        totals: dict[tuple[str, int, str], Decimal] = {}
        for identifier, month, mistake, amount in exceptions:
            if mistake:
                key = (identifier, month, mistake)
                totals[key] = totals.get(key, Decimal(0)) + amount
        writer.writerows([*key, amount] for key, amount in totals.items())


MISTAKES = ("NOT_PAID", "PAID_TWICE", "OTHER_AMOUNT", "OTHER_RATE_CELL")
"""Exceptions planted in the payment file."""


def _paid(member: _Member, cell: str, due: Decimal, mistake: str) -> Iterator[tuple[Decimal, str]]:
    """The payments of a month with a mistake, or as due."""
    if mistake == "NOT_PAID":
        return
    if mistake == "OTHER_AMOUNT":
        yield due - 1, cell
    elif mistake == "OTHER_RATE_CELL":
        other = next(each for each in sorted(RATES) if each != cell)
        yield _amount(member, other), other
    else:
        yield due, cell
        if mistake == "PAID_TWICE":
            yield due, cell


def _contract(year: int) -> str:
    """The contract of the book, for another year."""
    text = shipped_text("book/capitation/contract.yaml")
    return text.replace("year: 2025", f"year: {year}").replace("GC-2025", f"GC-{year}")
