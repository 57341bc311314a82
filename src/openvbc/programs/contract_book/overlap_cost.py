"""What overlap costs a contract that its own program settled: settled again without the months.

Such a contract is in the book to the cent as its program settles it, with the months that a rule
credits to another contract still in it. Where a project settles it, it is settled a second time
without them, by the program's own rules on people whom another initiative has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openvbc.engine.folder_lock import sole_use
from openvbc.engine.manifest import claim_run_folder
from openvbc.errors import EmptyResult, OpenvbcError
from openvbc.format import show
from openvbc.programs.claims_program import Elsewhere, Outcome, Workbench
from openvbc.programs.contract_book.book_file import Book
from openvbc.programs.contract_book.settled_entry import (
    SettledEntry,
    SettledPart,
    in_one_line,
    part_folder,
    project_of,
)
from openvbc.programs.explanation import EXACT_DOLLARS
from openvbc.run import TABLES

if TYPE_CHECKING:
    from openvbc.project import Project


def with_overlap_cost(
    book: Book, settled: SettledEntry, lost: Mapping[str, Sequence[tuple[str, int]]], folder: Path
) -> SettledEntry:
    """The contract with what the months lost are worth to it, or why that cannot be told.

    Args:
        book: the contract's.
        settled: the contract, as its own program settled it.
        lost: by contract, person and months lost as bits, January is 1.
        folder: where the tables of the second settlement go.
    """
    if settled.contract not in lost:
        return settled
    months = {who: _days(book.year, mask) for who, mask in lost[settled.contract]}
    try:
        without = [_without(book, settled, n, months, folder) for n in range(len(settled.parts))]
    except OpenvbcError as error:
        return replace(settled, cost_unknown=in_one_line(error))
    cost = settled.expected - sum(part.amount for part in without)
    return replace(settled, overlap_cost=cost, counts_overlap=True)


def _without(
    book: Book, settled: SettledEntry, number: int, months: Elsewhere, folder: Path
) -> SettledPart:
    source, part = settled.entry.sources()[number], settled.parts[number]
    if source.project is None:
        raise EmptyResult(
            "its files carry totals, and no people to take out; a project (project:) would",
            code="VBC-6021",
        )
    place = folder / part_folder(settled.entry, number)
    outcome = _settled(project_of(book, source.project), months, place)
    if outcome.settlement is None:
        lacks = "; ".join(each.what for each in outcome.lacking)
        raise EmptyResult(f"without these months it cannot be settled: {lacks}", code="VBC-6022")
    rows = [
        row
        for row, who in enumerate(outcome.settlement.main.contracts)
        if source.row in ("", who.identifier)
    ]
    return replace(part, settlement=outcome.settlement, rows=rows)


def _settled(project: Project, months: Elsewhere, folder: Path) -> Outcome:
    """What a project settles without these months; no run is kept of it."""
    claim_run_folder(folder)
    sources = project.build_store().sources()
    with sole_use(folder), project.engine(folder) as engine:
        bench = Workbench(engine, sources, folder / TABLES)
        given, bench = project.program.elsewhere(project.given, bench, months)
        return project.program.settle(given, engine, project.program.measure(given, bench))


def _days(year: int, mask: int) -> frozenset[dt.date]:
    return frozenset(dt.date(year, month, 1) for month in range(1, 13) if mask & 1 << (month - 1))


def about_overlap(settled: Sequence[SettledEntry]) -> list[str]:
    """What contracts and the book come to without the months that others have the credit for."""
    said = []
    for one in settled:
        if one.overlap_cost is not None and one.counts_overlap:
            said.append(
                f"{one.contract}: as its own program settles it, with months that others have the "
                f"credit for: {_dollars(one.expected)}; without them "
                f"{_dollars(one.expected - one.overlap_cost)}."
            )
        elif one.cost_unknown:
            said.append(
                f"{one.contract}: months that others have the credit for are in it, and what they "
                f"are worth cannot be told: {one.cost_unknown}."
            )
    if any(one.counts_overlap for one in settled):
        own = sum((one.expected for one in settled), Decimal(0))
        twice = sum((one.overlap_cost or 0 for one in settled if one.counts_overlap), Decimal(0))
        said.append(
            f"By their own programs the contracts come to {_dollars(own)}; with each person's "
            f"month credited to one of them, to {_dollars(own - twice)}."
        )
    return said


def told_cost(settled: SettledEntry | None) -> str:
    """What the overlaps of a contract cost it, in words."""
    if settled is None:
        return "the contract is not settled"
    if settled.overlap_cost is None:
        return f"what they are worth to it cannot be told: {settled.cost_unknown}"
    cost = show(settled.overlap_cost, "USD")
    if settled.counts_overlap:
        return f"as settled by its own program they are in it, worth {cost}"
    return f"its overlaps cost it {cost}"


def _dollars(amount: Decimal) -> str:
    return show(amount, EXACT_DOLLARS)
