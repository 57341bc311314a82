"""The whole book settled: each contract by its own program, then what they come to together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.claims.data_notes import DATA_ERROR
from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.book_folder import CONTRACTS, WITHOUT, claim_book_folder
from openvbc.programs.contract_book.cases import BestAndWorst, best_and_worst
from openvbc.programs.contract_book.cash import CashLine, cash_lines, reserved
from openvbc.programs.contract_book.from_claims import (
    ClaimContract,
    read_claim_contract,
    settle_from_claims,
)
from openvbc.programs.contract_book.measured import MeasuredBook, measure_book
from openvbc.programs.contract_book.overlap_cost import about_overlap, with_overlap_cost
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
    measured: MeasuredBook | None = None
    """Who is in which contract and under which category dollars are; None without lists."""
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
    def rows_not_used(self) -> int:
        """Rows set aside for what is wrong with them or lacks, of all contracts and deliveries."""
        parts = (part for line in self.lines for part in line.settled.parts)
        own = self.measured.rows_lost if self.measured else 0
        return own + sum(part.rows_not_used for part in parts)

    @property
    def is_reliable(self) -> bool:
        """Whether no note says that data are missing or wrong."""
        return not any(DATA_ERROR in note for note in self.notes)

    @property
    def reserved(self) -> Decimal:
        """What is reserved for losses."""
        return sum((line.reserved for line in self.lines), Decimal(0))

    def _ends(self, name: str) -> Decimal | None:
        if self.book.cases is None:
            return None
        ends = [line.ends for line in self.lines if line.ends is not None]
        return sum((getattr(each, name) for each in ends), Decimal(0))


def settle_book(book: Book, said: Said | None = None) -> SettledBook:
    """Settle every contract; what stands in the way of one leaves it out, by name."""
    say = said or (lambda message: None)
    folder = claim_book_folder(book.output) / CONTRACTS
    left_out = list(book.left_out)
    settled: list[SettledEntry] = []
    claims: list[ClaimContract] = []
    for entry in book.entries:
        say(f"settling {entry.contract}")
        if entry.terms is not None:
            read = read_claim_contract(book, entry)
            if isinstance(read, LeftOut):
                left_out.append(read)
            else:
                claims.append(read)
            continue
        settlement = settle_entry(book, entry, folder)
        if isinstance(settlement, LeftOut):
            left_out.append(settlement)
        else:
            settled.append(settlement)
    say("members and claims of all contracts")
    measured = measure_book(book, settled, claims)
    if measured and measured.people.months_lost:
        say("what overlaps cost")
        lost, place = measured.people.months_lost, folder.parent / WITHOUT
        settled = [with_overlap_cost(book, each, lost, place) for each in settled]
    wrong = {each.contract for each in measured.left_out} if measured else set()
    left_out += measured.left_out if measured else []
    for one in claims:
        if one.entry.contract in wrong:
            continue
        totals = measured.people.totals.get(one.entry.contract) if measured else None
        result = settle_from_claims(one, totals, folder)
        if isinstance(result, LeftOut):
            left_out.append(result)
        else:
            settled.append(result)
    return _added(book, settled, left_out, measured)


def _added(
    book: Book,
    settled: Sequence[SettledEntry],
    left_out: list[LeftOut],
    measured: MeasuredBook | None,
) -> SettledBook:
    lines = []
    for each in sorted(settled, key=lambda one: one.contract):
        ends = best_and_worst(each, book.cases)
        kept = reserved(each.expected, ends, book.reserve)
        lines.append(BookLine(each, each.expected, ends, kept))
    notes = [*_about_cases(book, lines), *(measured.notes if measured else ())]
    notes += about_overlap([line.settled for line in lines])
    notes += [note for line in lines for note in line.settled.notes]
    told = set(notes)
    notes += [
        f"{line.contract}: {note}"
        for line in lines
        for part in line.settled.parts
        for note in part.data_notes
        if note not in told
    ]
    return SettledBook(
        book,
        lines,
        sorted(left_out, key=lambda one: one.contract),
        cash_lines(book, [line.settled for line in lines]),
        measured,
        notes,
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
        said.append("Reserved: the losses expected alone, since the book says no policy.")
    return said
