"""Contracts of a book that are settled from its claims: terms, known totals, measured totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import ContractError, OpenvbcError, Place
from openvbc.programs.contract_book.attribution import BY_CARE, method_of
from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.book_form import Entry
from openvbc.programs.contract_book.people import Totals
from openvbc.programs.contract_book.settled_entry import (
    SettledEntry,
    in_one_line,
    kept,
    part_folder,
)
from openvbc.programs.payer_contract.from_claims import known_by, refuse_what_claims_lack
from openvbc.programs.payer_contract.sheet import (
    PRESENTATION,
    TOTALS,
    not_needed,
    notes_of,
    settled_sheet,
    wrong,
)
from openvbc.programs.settlement import ContractYear, Settlement
from openvbc.programs.terms.agreed import Agreed, read_agreed


@dataclass(frozen=True)
class ClaimContract:
    """A contract of the book with its terms read, ready for totals from claims."""

    entry: Entry
    agreed: Agreed
    known_by: dt.date


def read_claim_contract(book: Book, entry: Entry) -> ClaimContract | LeftOut:
    """Read the terms of a contract that is settled from claims, and hold them against the book."""
    try:
        return _read(book, entry)
    except OpenvbcError as error:
        return LeftOut(entry.contract, in_one_line(error), error.action or "")


def _read(book: Book, entry: Entry) -> ClaimContract:
    assert entry.terms is not None
    place = Place(entry.terms.name)
    terms = read_agreed(entry.terms)
    if terms.rules.program != "payer-contract":
        raise ContractError(
            f"a contract of the program {terms.rules.program} is no shared savings",
            place=place,
            rule="terms: settles payers' contracts of shared savings from the claims of the book",
            action="name its project (project:) or its results (files:)",
            code="VBC-9018",
        )
    if terms.year != book.year:
        raise ContractError(
            f"the contract is of {terms.year}",
            place=place,
            rule=f"the book is of {book.year}",
            action="give the contract of that year",
            code="VBC-9019",
        )
    unknown = sorted(set(entry.known) - set(TOTALS))
    if unknown:
        raise ContractError(
            f"known: {', '.join(unknown)} is no total there is",
            place=Place(book.path.name),
            rule=f"totals: {', '.join(TOTALS)}",
            action="correct its name or take it out",
            code="VBC-9020",
        )
    refuse_what_claims_lack(terms, place)
    if not book.has_claims:
        raise ContractError(
            "the contract is settled from the claims of the book, and the book has none",
            action="name the deliveries below claims:",
            code="VBC-9005",
        )
    _refuse_without_people(entry, terms, place)
    return ClaimContract(entry, terms, known_by(terms, book.as_of, place))


def _refuse_without_people(entry: Entry, terms: Agreed, place: Place) -> None:
    if entry.members is None and method_of(terms) is None:
        raise ContractError(
            "nothing says who is in the contract",
            place=place,
            rule=f"its members are listed, or its population is one of {', '.join(BY_CARE)}",
            action="give members:, or agree on a population that care decides",
            code="VBC-9049",
        )
    if entry.members is None and not entry.providers:
        raise ContractError(
            "care decides who is in the contract, and its providers are not named",
            place=place,
            action="give providers: with their taxpayer numbers",
            code="VBC-9050",
        )


def settle_from_claims(
    contract: ClaimContract, totals: Totals | None, folder: Path
) -> SettledEntry | LeftOut:
    """Settle a contract by its measured totals: the months credited, and the cost of the others."""
    name = contract.entry.contract
    if totals is None or not totals.members_in_feeds:
        return LeftOut(
            name,
            "nobody of its members is in the claims",
            "give the members with the identifiers that stand in the claims",
        )
    if contract.known_by <= dt.date(contract.agreed.year, 12, 31):
        return LeftOut(
            name,
            f"its year is not over in the data (known by {contract.known_by})",
            "settle the book again when the year and its run-out are over",
        )
    given = _totals(contract, totals.credited)
    if problem := wrong(contract.agreed, given):
        return LeftOut(name, f"{problem.reason}: {problem.detail}", "give it below known:")
    settlement = _settlement(contract, given, totals)
    part = kept(contract.entry, contract.entry, settlement, folder / part_folder(contract.entry, 0))
    whole = _settlement(contract, _totals(contract, totals.whole), totals).main.evaluation
    cost = Decimal(whole.value(PRESENTATION.result)) - part.amount
    return SettledEntry(contract.entry, [part], _notes(contract, totals), cost)


def _totals(contract: ClaimContract, measured: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    return {**contract.entry.known, **measured}


def _settlement(
    contract: ClaimContract, given: Mapping[str, Decimal | None], totals: Totals
) -> Settlement:
    agreed = contract.agreed
    who = ContractYear(contract.entry.contract, agreed.year, "", agreed.provider)
    return Settlement(
        program="payer-contract",
        title=f"{agreed.title}, {agreed.year}, from claims",
        main=settled_sheet(agreed, [who], [given]),
        presentation=PRESENTATION,
        rows_in=1,
        set_aside=(),
        notes=[*notes_of(agreed), *_notes(contract, totals)],
    )


def _notes(contract: ClaimContract, totals: Totals) -> list[str]:
    """What a reader of the book must know of the contract, by its name."""
    said = not_needed(contract.agreed, [contract.entry.known])
    if strangers := totals.members - totals.members_in_feeds:
        said.append(
            f"{strangers:,} of {totals.members:,} members are in no feed; their months count, and "
            "no spending is known of them."
        )
    return [f"{contract.entry.contract}: {each}" for each in said]
