"""The lists of a book: who is in a contract, who is taken out of one, and the dollars paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.own_files import OwnFile, read_whole
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.programs.contract_book.book_form import LINES_OF_BUSINESS
from openvbc.programs.contract_book.conflicts import plain

MEMBERS = OwnFile(
    "members.csv",
    "contract_member",
    "The people of one contract of a book, one row a span of membership.",
    (
        CsvColumn("member_id", read.word, "identifier as it stands in the claims", "1S00A00AA00"),
        CsvColumn("first_day", read.date, "first day of membership", "2025-01-01"),
        CsvColumn("last_day", read.date, "last day of membership", "2025-12-31"),
        optional("aligned_on", read.date, "since when, if before the first day", "2024-01-01"),
        optional("voluntary", read.flag, "whether the person chose the provider", "no"),
    ),
)
EXCLUDED = OwnFile(
    "excluded.csv",
    "contract_exclusion",
    "Who a clause takes out of a contract, one row a person and span.",
    (
        CsvColumn("member_id", read.word, "identifier as it stands in the claims", "1S00A00AA00"),
        CsvColumn("first_day", read.date, "first day taken out", "2025-03-01"),
        CsvColumn("last_day", read.date, "last day taken out", "2025-12-31"),
        CsvColumn("reason", read.word, "why", "HOSPICE"),
        CsvColumn("clause", read.word, "the clause that says so", "2.3"),
    ),
)
DOLLARS = OwnFile(
    "dollars.csv",
    "paid_dollar",
    "All dollars a payer paid to providers, one row a person, provider and day or coarser.",
    (
        CsvColumn("payer", read.word, "who paid, as the book names it", "Northwind"),
        CsvColumn("line_of_business", read.word, "of the dollars", "Commercial"),
        CsvColumn("paid_on", read.date, "a day of the month the care was in", "2025-01-15"),
        CsvColumn("amount", read.money, "dollars paid", "1200.00"),
        optional("member_id", read.word, "identifier as in the members' lists", "1S00A00AA00"),
        optional("provider", read.word, "taxpayer or certification number", "012345678"),
        optional("contract", read.word, "contract within whose episode it was paid", "EP-2025"),
    ),
)


def read_members(path: Path, number: int) -> list[tuple[Any, ...]]:
    """Rows of `book_span`: number, member, first and last day, aligned on, voluntary.

    Raises:
        InputError: a row cannot be used, or a span ends before it begins; the list is used whole.
        EmptyResult: it names nobody.
    """
    columns = _spans(path, MEMBERS, "a member left out moves money")
    spans = [
        (number, member, first, last, aligned or first, bool(voluntary))
        for member, first, last, aligned, voluntary in zip(
            *(columns[each.name] for each in MEMBERS.columns), strict=True
        )
    ]
    if not spans:
        raise EmptyResult(
            "the list of members names nobody", place=Place(path.name),
            action="give the members", code="VBC-9013",
        )  # fmt: skip
    return spans


def read_excluded(path: Path, number: int) -> list[tuple[Any, ...]]:
    """Rows of `book_exclusion`: number, member, first and last day."""
    columns = _spans(path, EXCLUDED, "a person taken out moves money")
    names = ("member_id", "first_day", "last_day")
    return [(number, *row) for row in zip(*(columns[name] for name in names), strict=True)]


def _spans(path: Path, form: OwnFile, why: str) -> dict[str, list[Any]]:
    rows = read_whole(path, form, f"a list of a book is used whole: {why}")
    # A day that stands for no day ends nothing.
    rows.columns["last_day"] = [last or dt.date.max for last in rows.columns["last_day"]]
    spans = zip(rows.columns["first_day"], rows.columns["last_day"], rows.lines, strict=True)
    for first, last, line in spans:
        if first is None or last < first:
            raise InputError(
                "a span of a book's list ends before it begins",
                place=Place(path.name, line, "last_day", str(last)),
                action="correct the row",
                code="VBC-9014",
            )
    return rows.columns


def read_dollars(
    path: Path, year: int, numbers: Mapping[str, int], spelled: Mapping[str, str]
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Rows of `given_dollar` of the year, and what was not used.

    Args:
        path: of the list.
        year: of the book.
        numbers: of its contracts, by identifier.
        spelled: how the book writes a payer, by the name as it is compared.

    Raises:
        InputError: a row cannot be used, or names a line of business there is not.
    """
    rows = read_whole(path, DOLLARS, "a dollar left out changes every share")
    entries: list[tuple[Any, ...]] = []
    others = Decimal(0)
    without: dict[str, Decimal] = {}
    columns = [rows.columns[each.name] for each in DOLLARS.columns]
    for line, (payer, business, day, amount, member, provider, contract) in zip(
        rows.lines, zip(*columns, strict=True), strict=True
    ):
        if business not in LINES_OF_BUSINESS:
            raise InputError(
                "the dollars are of a line of business there is not",
                place=Place(path.name, line, "line_of_business", business),
                rule=f"one of: {', '.join(LINES_OF_BUSINESS)}",
                action="correct the row",
                code="VBC-9015",
            )
        if day.year != year:
            others += amount
            continue
        if contract is not None and contract not in numbers:
            without[contract] = without.get(contract, Decimal(0)) + amount
        payer = spelled.get(plain(payer), payer)
        entries.append((payer, business, day, amount, member, provider, numbers.get(contract, 0)))
    said = [f"{others:,.2f} USD of other years are not counted."] if others else []
    said += [
        f"{amount:,.2f} USD are listed within episodes of {name}, which the book does not settle: "
        "they count as dollars of no episode."
        for name, amount in sorted(without.items())
    ]
    return entries, said
