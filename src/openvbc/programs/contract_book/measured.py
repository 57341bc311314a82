"""What the book measures for all contracts at once: claim store, members, overlap, dollars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from openvbc.claims.data_notes import DATA_ERROR
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.folder_lock import sole_use
from openvbc.engine.table import Table
from openvbc.programs.contract_book.book_file import Book, LeftOut
from openvbc.programs.contract_book.from_claims import ClaimContract
from openvbc.programs.contract_book.listed import Contract, contracts_of, read_lists
from openvbc.programs.contract_book.people import People, find_people
from openvbc.programs.contract_book.provider_overlap import (
    ProviderOverlap,
    episode_rules,
    provider_overlaps,
)
from openvbc.programs.contract_book.settled_entry import SettledEntry
from openvbc.programs.contract_book.spending_shares import (
    ProvidersAtRisk,
    ShareLine,
    providers_at_risk,
    share_lines,
)


@dataclass(frozen=True)
class MeasuredBook:
    """People and dollars of a book."""

    contracts: Sequence[Contract]
    people: People
    shares: Sequence[ShareLine]
    providers: ProvidersAtRisk
    provider_overlaps: Sequence[ProviderOverlap]
    left_out: Sequence[LeftOut]
    """Contracts settled from claims whose lists cannot be used."""
    notes: Sequence[str]
    rows_lost: int = 0
    """Rows of the book's own deliveries set aside for what is wrong with them."""


def measure_book(
    book: Book, settled: Sequence[SettledEntry], claims: Sequence[ClaimContract]
) -> MeasuredBook | None:
    """Members, overlap and dollars; None where the book has neither lists nor claims.

    Raises:
        OpenvbcError: the claims or the list of dollars cannot be used.
    """
    contracts = contracts_of(settled, claims)
    has_lists = any(one.entry.members or one.entry.providers or one.has_run for one in contracts)
    if not (has_lists or book.has_claims or book.dollars):
        return None
    lists = read_lists(book, contracts)
    store, notes, lost = _claim_store(book) if book.has_claims else (None, [], 0)
    with DuckDBEngine(threads=2, scratch=book.output) as engine:
        people = find_people(lists.listed, store, engine, book.output / "tables")
    from_claims = {one.entry.contract for one in claims}
    unusable = [each for each in lists.left_out if each.contract not in from_claims]
    said = [
        f"{DATA_ERROR}, its overlaps are not found: who is in {each.contract} is not known, since "
        f"{each.why}"
        for each in unusable
    ]
    new_year = dt.date(book.year, 1, 1)
    both = provider_overlaps([(one.entry, one.holder) for one in contracts], new_year)
    episodes = episode_rules([one.holder for one in contracts], new_year)
    return MeasuredBook(
        contracts,
        people,
        share_lines(contracts, people.dollars, people.lives),
        providers_at_risk(contracts),
        both,
        [each for each in lists.left_out if each.contract in from_claims],
        [
            *notes,
            *lists.notes,
            *said,
            *_about_overlap(people),
            *episodes,
            *(each.says for each in both),
        ],
        lost,
    )


def _claim_store(book: Book) -> tuple[list[Table] | None, list[str], int]:
    """The tables of the claim store, what is wrong with the data, and how many rows are lost to it;
    wrong deliveries stop it."""
    from openvbc.claims.data_notes import data_checks, data_notes, refuse_to_settle
    from openvbc.claims.report import claim_store_folder
    from openvbc.claims.store import buckets_for, build_store

    with sole_use(claim_store_folder(book.store)):
        report: StoreReport = build_store(
            book.claims, book.store, buckets=buckets_for(book.claims), threads=2
        )
        checks = data_checks(report)
        refuse_to_settle(checks)
        return report.sources(), list(data_notes(checks)), report.lost


def _about_overlap(people: People) -> list[str]:
    if not people.shared_months:
        return []
    return [
        f"{people.shared_months:,} person-months are in two contracts or more; where these exclude "
        "each other, one has the credit."
    ]
