"""Cash of the book by month, and what is to be reserved for losses.

Fees and advances are paid in the months of membership, evenly over the contract's months where the
members of each month are not known; a settlement in the month the calendar of the contract says.
What no clause and no entry of the book gives a month to stands under no month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openvbc.programs.contract_book.book_file import Book
from openvbc.programs.contract_book.book_form import Reserve
from openvbc.programs.contract_book.cases import BestAndWorst
from openvbc.programs.contract_book.settled_entry import SettledEntry, SettledPart
from openvbc.worksheets.performance.apportionment import parts_that_add_up

NO_MONTH = ""


@dataclass(frozen=True)
class CashLine:
    """An amount of one contract in one month: USD to the organisation, owed negative."""

    month: str
    """YYYY-MM; empty where no clause says it."""
    contract: str
    what: str
    amount: Decimal


def cash_lines(book: Book, settled: Sequence[SettledEntry]) -> list[CashLine]:
    """Every payment of the book, by month and contract; those without a month last."""
    payments = [line for each in settled for line in _of_entry(book, each)]
    return sorted(payments, key=lambda c: (c.month == NO_MONTH, c.month, c.contract, c.what))


def _of_entry(book: Book, settled: SettledEntry) -> Iterator[CashLine]:
    first, last = book.of(settled.entry)
    for part in settled.parts:
        for what, line in _PAID_MONTHLY.items():
            total = _sum(part, line)
            if total:
                for month, amount in _over_months(total, first, last):
                    yield CashLine(month, settled.contract, what, amount)
        month = settled.entry.settled_in or _month_of_settlement(part, last)
        if part.amount:
            yield CashLine(month, settled.contract, "settlement", part.amount)


_PAID_MONTHLY = {
    "care management fee": "care_management_fees_paid",
    "advance": "advances_paid",
}
"""Lines of a worksheet that are paid in the months of the year, by the word for them."""


def _sum(part: SettledPart, line: str) -> Decimal:
    evaluation = part.settlement.main.evaluation
    if line not in evaluation.worksheet.lines:
        return Decimal(0)
    return sum((Decimal(evaluation.value(line, row) or 0) for row in part.rows), Decimal(0))


def _over_months(total: Decimal, first: dt.date, last: dt.date) -> list[tuple[str, Decimal]]:
    """The total over the months, in cents that add up to it."""
    months = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        months.append(f"{year}-{month:02d}")
        year, month = year + month // 12, month % 12 + 1
    cents = total.quantize(Decimal("0.01"))
    parts = parts_that_add_up(cents, [Decimal(1)] * len(months), months)
    return list(zip(months, parts, strict=True))


def _month_of_settlement(part: SettledPart, last: dt.date) -> str:
    rules = part.settlement.main.evaluation.rules
    if "settlement_months" not in rules.names:
        return NO_MONTH
    months = rules.get("settlement_months").value
    if months is None:
        return NO_MONTH
    index = last.year * 12 + last.month - 1 + int(str(months))
    return f"{index // 12}-{index % 12 + 1:02d}"


def reserved(expected: Decimal, ends: BestAndWorst | None, policy: Reserve | None) -> Decimal:
    """What is reserved for a contract: the losses expected, or the policy's share of the worst.

    USD, never negative. Without a policy, or without cases, the losses expected alone.
    """
    owed = max(-expected, Decimal(0))
    if ends is None or policy is None:
        return owed
    worst = max(-ends.worst, Decimal(0)) * policy.of_worst_case
    return max(owed, worst).quantize(Decimal("0.01"))
