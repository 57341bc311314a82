"""One contract of the book, settled by its own program, or the reason why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from openvbc.claims.data_notes import OF_DATA
from openvbc.errors import ContractError, InputError, OpenvbcError, Place
from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.book_form import Entry, Source
from openvbc.programs.contract_book.program_facts import program_facts
from openvbc.programs.laid_over import sentence, with_laid_over
from openvbc.programs.registry import program
from openvbc.programs.run_folder import write_run
from openvbc.programs.settlement import Settlement
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml

if TYPE_CHECKING:
    from openvbc.project import Project

OF_THE_PARTIES = ("payer-contract", "episodes", "capitation", "p4p-contract")
"""Programs whose contracts say their year themselves."""
FIRST_YEAR = 2000


@dataclass(frozen=True)
class SettledPart:
    """A settlement of one contract, or of one part of a contract that mixes models."""

    settlement: Settlement
    rows: Sequence[int]
    """The rows of its main sheet that are of the contract."""
    folder: Path
    """Where it is kept, for ``vbc explain``."""
    rows_not_used: int = 0
    """Rows set aside for what is wrong with them or lacks, of the settlement and of deliveries."""
    data_notes: Sequence[str] = ()
    """What its own run says of its deliveries and lists."""

    @property
    def program(self) -> str:
        """The program that settled it."""
        return self.settlement.program

    @property
    def amount(self) -> Decimal:
        """USD to the organisation; owed is negative."""
        evaluation = self.settlement.main.evaluation
        line = self.settlement.presentation.result
        values = [evaluation.value(line, row) for row in self.rows]
        total = sum((Decimal(value) for value in values if value is not None), Decimal(0))
        return total * program_facts(self.program).sign


@dataclass(frozen=True)
class SettledEntry:
    """A contract with its settlements."""

    entry: Entry
    parts: Sequence[SettledPart]
    notes: Sequence[str] = ()
    overlap_cost: Decimal | None = None
    """What it comes to more with the months of its members that others have the credit for (USD);
    None where it has no such months, or cannot be settled without them."""
    cost_unknown: str = ""
    """Why it cannot be settled without months that others have the credit for."""
    counts_overlap: bool = False
    """Whether these months are in it as settled: so where its own program settles it."""

    @property
    def contract(self) -> str:
        """Its identifier."""
        return self.entry.contract

    @property
    def expected(self) -> Decimal:
        """What it comes to as settled: USD to the organisation; owed is negative."""
        return sum((part.amount for part in self.parts), Decimal(0))


def settle_entry(book: Book, entry: Entry, folder: Path) -> SettledEntry | LeftOut:
    """Settle a contract by the programs of its parts; each settlement is kept below `folder`.

    What stands in the way of this contract leaves it out of the book and stops no other.
    """
    try:
        parts = [
            _settled(book, entry, source, folder / part_folder(entry, number))
            for number, source in enumerate(entry.sources())
        ]
    except OpenvbcError as error:
        return LeftOut(entry.contract, in_one_line(error), error.action or "")
    notes = [
        f"{entry.contract}: {each}"
        for part in parts
        for each in (*_set_aside(part.settlement), *_in_force(part))
    ]
    return SettledEntry(entry, parts, notes)


def part_folder(entry: Entry, number: int) -> str:
    """The folder of a part: the contract's identifier in letters that every system takes.

    Identifiers that differ elsewhere have folders of their own all the same.
    """
    plain = "".join(each if each.isalnum() or each in "-_." else "_" for each in entry.contract)
    if plain != entry.contract:
        plain += "-" + sha256(entry.contract.encode()).hexdigest()[:8]
    return f"{plain}-part-{number + 1}" if entry.parts else plain


def program_of(source: Source) -> str:
    """The program that settles: as said, or as the contract among its files says.

    Raises:
        ContractError: neither says it.
    """
    if source.program:
        return source.program
    for path in source.files:
        if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
            content = read_yaml(text_of_yaml(path), path.name)
            if isinstance(content, dict) and "program" in content:
                return str(content["program"])
            return "p4p-contract"
    raise ContractError(
        "the program is not said",
        rule="a contract file says its program; published results do not",
        action="add program:, for example mssp",
        code="VBC-9004",
    )


def _settled(book: Book, entry: Entry, source: Source, folder: Path) -> SettledPart:
    if source.project is not None:
        return _of_project(book, entry, source, folder)
    lacking = [path for path in source.files if not path.is_file()]
    if lacking:
        raise InputError("there is no such file", place=Place(str(lacking[0])), code="VBC-9006")
    name = program_of(source)
    settlement = (
        program(name).published_program().settle(source.files, source.overlays, source.options)
    )
    part = kept(entry, source, settlement, folder)
    others = _other_years(book, part)
    if others and name in OF_THE_PARTIES:
        raise _of_another_year(book, others)
    said = [f"The files are of {others}, and the book is of {book.year}."] if others else []
    return replace(part, data_notes=said)


def _other_years(book: Book, part: SettledPart) -> str:
    """The calendar years settled that are not the book's; empty where it is the year of all."""
    settled = {part.settlement.main.contracts[row].year for row in part.rows}
    # Some models count their years from one.
    others = sorted(year for year in settled if year != book.year and year >= FIRST_YEAR)
    return ", ".join(map(str, others))


def _of_another_year(book: Book, years: str) -> ContractError:
    return ContractError(
        f"it is settled for {years}",
        rule=f"the book is of {book.year}: dollars and months of people are of one year",
        action="give the contract and the project of the book's year",
        code="VBC-99001",
    )


def _of_project(book: Book, entry: Entry, source: Source, folder: Path) -> SettledPart:
    """Run a project: on its own deliveries, or on the book's where it names none."""
    assert source.project is not None
    asked = project_of(book, source.project)
    run = asked.run(output=folder)
    if run.settlement is None:
        raise ContractError(
            f"its project could not be settled: {'; '.join(run.lacking)}",
            action="'vbc run' on the project says what would supply it",
            code="VBC-9007",
        )
    part = _part(entry, source, run.settlement, folder)
    if others := _other_years(book, part):
        raise _of_another_year(book, others)
    assert run.outcome is not None
    wrong = [note for note in run.outcome.notes if note.startswith(OF_DATA)]
    if book.as_of is not None and asked.file.as_of != book.as_of:
        wrong.append(
            f"Its project counts what was known by {asked.file.as_of}, the book by {book.as_of}."
        )
    # Rows of the book's own deliveries are counted once, by the book.
    lost = part.rows_not_used if asked.claim_inputs() == book.claims else run.rows_set_aside
    return replace(part, rows_not_used=lost, data_notes=wrong)


def project_of(book: Book, path: Path) -> Project:
    """A project of the book: on its own deliveries, or on the book's where it names none."""
    from openvbc.project import Project

    deliveries = (book.claims, book.store) if book.has_claims else None
    return Project(path, deliveries=deliveries, as_of=book.as_of)


def kept(entry: Entry, source: Source, settlement: Settlement, folder: Path) -> SettledPart:
    """A settlement written to the run's folder, so that each number can be explained."""
    settlement = with_laid_over(settlement)
    part = _part(entry, source, settlement, folder)
    write_run(settlement, folder)
    return part


def _part(entry: Entry, source: Source, settlement: Settlement, folder: Path) -> SettledPart:
    program_facts(settlement.program)
    described = settlement.main.evaluation.worksheet.lines[settlement.presentation.result]
    if described.unit != "USD":
        raise ContractError(
            f"its result is no dollars: {described.label[0].lower()}{described.label[1:]}",
            rule="a book adds dollars; a factor or a score is settled by its own program",
            action=f"settle it apart: vbc settle --program {settlement.program}",
            code="VBC-9008",
        )
    if not settlement.is_final:
        raise ContractError(
            "its period is not over: there is no payment yet",
            action="settle it again when the period and its run-out are over",
            code="VBC-9009",
        )
    who = settlement.main.contracts
    rows = [n for n, each in enumerate(who) if source.row in ("", each.identifier)]
    if not rows:
        raise ContractError(
            f"its files hold no {source.row}",
            rule=f"they hold {', '.join(each.identifier for each in who[:5])}",
            action="correct row:",
            code="VBC-9010",
        )
    return SettledPart(settlement, rows, folder, len(settlement.not_used))


def _in_force(part: SettledPart) -> list[str]:
    """Flexibilities and overlays in force in the contract, and what it comes to without them."""
    laid = part.settlement.laid_over
    return [
        sentence(part.settlement, each, part.rows)
        for each in laid
        if any(row in part.rows for row in each.rows)
    ]


def _set_aside(settlement: Settlement) -> list[str]:
    count = len(settlement.set_aside)
    if not count:
        return []
    reasons = sorted({each.reason for each in settlement.set_aside})
    return [f"{count} rows set aside ({'; '.join(reasons)})"]


def in_one_line(error: OpenvbcError) -> str:
    """What an error says, for a list of what is left out."""
    where = f" ({error.place})" if str(error.place) else ""
    return f"{error.what}{where}" + (f": {error.rule}" if error.rule else "")
