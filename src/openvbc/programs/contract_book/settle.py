"""The whole book settled: each contract by its own program, then what they come to together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.book_folder import CONTRACTS, claim_book_folder
from openvbc.programs.contract_book.cases import BestAndWorst, best_and_worst
from openvbc.programs.contract_book.cash import CashLine, cash_lines, reserved
from openvbc.programs.contract_book.settled_entry import SettledEntry, settle_entry

Said = Callable[[str], None]


@dataclass(frozen=True)
class BookLine:
    """One contract of the book (USD to the organisation; owed is negative)."""

    settled: SettledEntry
    expected: Decimal
    ends: BestAndWorst | None
    """Best and worst case; None where the book has no ranges."""
    reserved: Decimal

    @property
    def contract(self) -> str:
        """Its identifier."""
        return self.settled.contract


@dataclass(frozen=True)
class SettledBook:
    """A book, settled. Contracts in the file = lines + contracts left out."""

    book: Book
    lines: Sequence[BookLine]
    left_out: Sequence[LeftOut]
    cash: Sequence[CashLine]
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def expected(self) -> Decimal:
        """What the contracts settled come to."""
        return sum((line.expected for line in self.lines), Decimal(0))

    @property
    def best(self) -> Decimal | None:
        """Every contract at its best; None where the book has no ranges."""
        return self._ends("best")

    @property
    def worst(self) -> Decimal | None:
        """Every contract at its worst; None where the book has no ranges."""
        return self._ends("worst")

    @property
    def reserved(self) -> Decimal:
        """What is set aside for losses."""
        return sum((line.reserved for line in self.lines), Decimal(0))

    def _ends(self, name: str) -> Decimal | None:
        if self.book.cases is None:
            return None
        ends = [line.ends for line in self.lines if line.ends is not None]
        return sum((getattr(each, name) for each in ends), Decimal(0))


def settle_book(book: Book, said: Said | None = None) -> SettledBook:
    """Settle every contract; what stands in the way of one leaves it out, by name."""
    folder = claim_book_folder(book.output) / CONTRACTS
    settled: list[SettledEntry] = []
    left_out = list(book.left_out)
    for entry in book.entries:
        if said:
            said(f"settling {entry.contract}")
        found = settle_entry(entry, folder)
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            settled.append(found)
    return _added(book, settled, left_out)


def _added(book: Book, settled: Sequence[SettledEntry], left_out: list[LeftOut]) -> SettledBook:
    lines = []
    for each in sorted(settled, key=lambda one: one.contract):
        ends = best_and_worst(each, book.cases)
        kept = reserved(each.expected, ends, book.reserve)
        lines.append(BookLine(each, each.expected, ends, kept))
    notes = [note for line in lines for note in line.settled.notes]
    return SettledBook(
        book,
        lines,
        sorted(left_out, key=lambda one: one.contract),
        cash_lines(book, [line.settled for line in lines]),
        [*_about_cases(book, lines), *notes],
    )


def _about_cases(book: Book, lines: Sequence[BookLine]) -> list[str]:
    if book.cases is None:
        return ["Best and worst case: none, since the book gives no ranges (cases:)."]
    said = [
        "Best and worst case: every contract at the ends of the ranges given; all of them at once "
        "is a bound, not a forecast."
    ]
    still = [line.contract for line in lines if line.ends and not line.ends.moved_by]
    if still:
        said.append(f"As settled in every case, since no range moves them: {', '.join(still)}.")
    if book.reserve is None:
        said.append("Set aside: the losses expected alone, since the book says no policy.")
    return said
