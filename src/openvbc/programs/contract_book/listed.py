"""From the book's entries and their lists to what the steps are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims.data_notes import DATA_ERROR
from openvbc.errors import OpenvbcError
from openvbc.programs.contract_book.arrangement import (
    category_of,
    category_of_settled,
    holder_of,
    implied_by_terms,
)
from openvbc.programs.contract_book.attribution import attribution_tables, method_of
from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.book_form import Entry
from openvbc.programs.contract_book.conflicts import spelling_of
from openvbc.programs.contract_book.from_claims import ClaimContract
from openvbc.programs.contract_book.member_lists import read_dollars, read_excluded, read_members
from openvbc.programs.contract_book.overlap import Holder
from openvbc.programs.contract_book.payment_category import Category
from openvbc.programs.contract_book.people import Listed
from openvbc.programs.contract_book.run_members import members_of_run, names_people
from openvbc.programs.contract_book.settled_entry import SettledEntry, in_one_line


@dataclass(frozen=True)
class Contract:
    """A contract as the steps and the shares see it."""

    entry: Entry
    holder: Holder
    category: Category | None
    claims: ClaimContract | None = None
    runs: Sequence[Path] = ()
    """Folders of the settlements of its parts, which may name its people."""

    @property
    def has_run(self) -> bool:
        """Whether it was run from claims, so that its people are known by month."""
        return any(names_people(run) for run in self.runs)


@dataclass
class Lists:
    """What the lists gave: the steps' tables, contracts whose list cannot be used, and remarks."""

    listed: Listed
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def contracts_of(
    settled: Sequence[SettledEntry], claims: Sequence[ClaimContract]
) -> list[Contract]:
    """Every contract in the order of identifiers, which numbers them."""
    contracts = [
        Contract(
            each.entry,
            holder_of(each.entry, [part.program for part in each.parts]),
            category_of_settled(each),
            runs=[part.folder for part in each.parts],
        )
        for each in settled
    ]
    for one in claims:
        program = one.agreed.rules.program
        implied = implied_by_terms(one.entry, program, one.agreed.rules)
        category = category_of(one.entry, {"": implied})
        contracts.append(Contract(one.entry, holder_of(one.entry, [program]), category, one))
    return sorted(contracts, key=lambda one: one.entry.contract)


def read_lists(book: Book, contracts: Sequence[Contract]) -> Lists:
    """Read members, exclusions and dollars of every contract."""
    numbers = {one.entry.contract: n for n, one in enumerate(contracts, start=1)}
    spans: list[tuple[Any, ...]] = []
    excluded: list[tuple[Any, ...]] = []
    left_out: list[LeftOut] = []
    for number, one in enumerate(contracts, start=1):
        try:
            own, out = _people(book, one, number)
        except OpenvbcError as error:
            left_out.append(LeftOut(one.entry.contract, in_one_line(error), error.action or ""))
            continue
        spans += own
        excluded += out
    dollars, notes = _dollars(book, numbers)
    known_days = [one.claims.known_by for one in contracts if one.claims]
    if book.has_claims and not known_days:
        known_days = [book.as_of or dt.date(book.year + 1, 12, 31)]
    listed = Listed(
        year=book.year,
        holders={n: one.holder for n, one in enumerate(contracts, start=1)},
        contracts=[_row(n, one) for n, one in enumerate(contracts, start=1)],
        spans=spans,
        excluded=excluded,
        known_days=known_days,
        dollars=dollars,
        providers=sorted(
            {(numbers[c.entry.contract], p) for c in contracts for p in c.entry.providers}
        ),
        categories=_categories(book, contracts),
        attribution=_attribution(book, contracts),
        settled=[n for n, one in enumerate(contracts, start=1) if one.claims is None],
    )
    return Lists(listed, left_out, [*notes, *_without(contracts, dollars), *_unsaid(contracts)])


def _attribution(
    book: Book, contracts: Sequence[Contract]
) -> Mapping[str, Sequence[tuple[Any, ...]]]:
    """The methods of contracts whose people no list names."""
    methods = {
        number: method
        for number, one in enumerate(contracts, start=1)
        if one.claims and not one.entry.members and (method := method_of(one.claims.agreed))
    }
    return attribution_tables(methods, {n: book.of(contracts[n - 1].entry) for n in methods})


def _people(
    book: Book, one: Contract, number: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The spans of a contract within its period, and who is taken out."""
    entry = one.entry
    first, last = book.of(entry)
    if entry.members:
        spans = read_members(entry.members, number)
    else:
        spans = [row for run in one.runs for row in members_of_run(run, number, book.year)]
    inside = [
        (n, member, max(begin, first), min(end, last), aligned, voluntary)
        for n, member, begin, end, aligned, voluntary in spans
        if begin <= last and end >= first
    ]
    return inside, read_excluded(entry.excluded, number) if entry.excluded else []


def _row(number: int, one: Contract) -> tuple[Any, ...]:
    claims = one.claims
    threshold = claims.agreed.value("stop_loss_threshold") if claims else None
    return (
        number, claims and claims.known_by, threshold, one.holder.prospective,
        one.holder.precedence,
    )  # fmt: skip


def _dollars(book: Book, numbers: Mapping[str, int]) -> tuple[list[tuple[Any, ...]], list[str]]:
    if book.dollars is None:
        return [], []
    spelled = spelling_of(entry.payer for entry in book.entries)
    try:
        return read_dollars(book.dollars, book.year, numbers, spelled)
    except OpenvbcError as error:
        todo = f": {error.action}" if error.action else ""
        said = f"its dollars are not counted in any share: {in_one_line(error)}{todo}."
        return [], [f"{DATA_ERROR}, {book.dollars.name} cannot be used, and {said}"]


def _categories(book: Book, contracts: Sequence[Contract]) -> list[tuple[Any, ...]]:
    """Rows of `category_contract`: the most advanced first, each contract at a place of its own."""
    known = [
        (one.category.place, number, one)
        for number, one in enumerate(contracts, start=1)
        if one.category is not None
        and not (book.dollars_rule == "fee only" and one.category.name.startswith("2"))
    ]
    return [
        (number, place, _covers(one), one.entry.payer, one.entry.line_of_business)
        for place, (_, number, one) in enumerate(sorted(known, key=lambda k: k[:2]), start=1)
    ]


def _covers(one: Contract) -> str:
    if one.entry.members or one.claims or one.has_run:
        return "people"
    return "providers" if one.entry.providers else "episodes"


def _without(contracts: Sequence[Contract], dollars: Sequence[tuple[Any, ...]]) -> list[str]:
    """Dollars of a payer and line of business that no contract of the book is of, by name."""
    known = {(one.entry.payer, one.entry.line_of_business) for one in contracts}
    sums: dict[tuple[str, str], Decimal] = {}
    for payer, business, _, amount, *_ in dollars:
        if (payer, business) not in known:
            sums[payer, business] = sums.get((payer, business), Decimal(0)) + amount
    return [
        f"Dollars without a contract: {amount:,.2f} USD of {payer}, {business}; they stand in "
        "category 1."
        for (payer, business), amount in sorted(sums.items())
    ]


def _unsaid(contracts: Sequence[Contract]) -> list[str]:
    names = [one.entry.contract for one in contracts if one.category is None]
    if not names:
        return []
    return [
        f"Payment category not known, and so their dollars under none: {', '.join(names)}; say "
        "payment_category:."
    ]
