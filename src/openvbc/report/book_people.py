"""The page of a book on people and dollars: members by month, overlaps, shares by category."""

from __future__ import annotations

import re
from calendar import month_abbr
from collections.abc import Sequence
from decimal import Decimal

from openvbc.format import show
from openvbc.programs.contract_book.measured import MeasuredBook
from openvbc.programs.contract_book.settle import SettledBook
from openvbc.programs.contract_book.settled_entry import SettledEntry
from openvbc.programs.contract_book.spending_shares import (
    ALL,
    ShareLine,
    claims_made,
    measured_nationally,
)
from openvbc.report.page import Block, Grid, Note, Section


def measured_sections(settled: SettledBook, measured: MeasuredBook) -> list[Section]:
    """Sections on who is in which contract, who got the credit, and where the dollars are."""
    sections = []
    if measured.people.by_month:
        sections.append(Section("Members by month", [_members(settled, measured)]))
        sections.append(Section("Overlaps", _overlaps(settled, measured), _OVERLAP_LEAD))
    if measured.shares:
        sections.append(Section("Spending by payment category", _shares(measured), _SHARE_LEAD))
    return sections


_OVERLAP_LEAD = (
    "One person and month is credited once: of contracts that exclude each other one has it. The "
    "worth of the months is what the contract comes to with them beyond what it comes to without."
)
_SHARE_LEAD = (
    "Each dollar counts once, in the most advanced arrangement that covered it (HCP-LAN). Shares "
    "of spending, of people and of providers are different figures."
)


def _members(settled: SettledBook, measured: MeasuredBook) -> Grid:
    months = list(month_abbr)[1:]
    by_contract: dict[str, dict[int, tuple[int, int]]] = {}
    for contract, month, members, credited in measured.people.by_month:
        by_contract.setdefault(contract, {})[month] = (members, credited)
    rows = [
        [contract, *(_count(counts.get(month)) for month in range(1, 13))]
        for contract, counts in by_contract.items()
    ]
    caption = (
        f"Members in each month of {settled.book.year}; after the stroke, those the contract has "
        "the credit for."
    )
    return Grid(["Contract", *months], rows, caption, frozenset(months))


def _count(counts: tuple[int, int] | None) -> str:
    if counts is None:
        return "–"
    members, credited = counts
    return f"{members:,}" if members == credited else f"{members:,} / {credited:,}"


def _overlaps(settled: SettledBook, measured: MeasuredBook) -> list[Block]:
    lost = measured.people.lost
    if not lost:
        return [Note("No two contracts that exclude each other hold one person in one month.")]
    known = {line.contract: line.settled for line in settled.lines}
    rows = [
        [
            each.contract, each.lost_to, f"{each.months:,}",
            f"{each.rule.says} ({each.rule.cite}; {each.rule.status})",
        ]
        for each in lost
    ]  # fmt: skip
    names = sorted({each.contract for each in lost})
    cost = [[name, *_cost(known.get(name))] for name in names]
    return [
        Grid(["Contract", "Credit went to", "Person-months", "Rule"], rows,
             numeric=frozenset({"Person-months"})),
        Grid(["Contract", _COST, "As settled"], cost, numeric=frozenset({_COST})),
    ]  # fmt: skip


_COST = "Worth of the months"


def _cost(settled: SettledEntry | None) -> tuple[str, str]:
    """What the months of a contract's overlaps are worth to it, and whether they are in it."""
    if settled is None:
        return "–", "not settled"
    if settled.overlap_cost is None:
        return "–", f"with them; {settled.cost_unknown}"
    by_program = settled.counts_overlap
    how = "with them, by its own program" if by_program else "without them"
    return show(settled.overlap_cost, "USD"), how


def _shares(measured: MeasuredBook) -> list[Block]:
    columns = ["Line of business", "Payer", "Dollars", "Category 1", "Category 2", "3 and 4",
               "3B to 4 (downside)", "3N and 4N", "People in 3 and 4"]  # fmt: skip
    rows = [_row(line) for line in measured.shares]
    blocks: list[Block] = [Grid(columns, rows, numeric=frozenset(columns[2:]))]
    lines = sorted({line.line_of_business for line in measured.shares})
    blocks.append(_nationally(lines))
    provider_counts = measured.providers
    if provider_counts.providers:
        blocks.append(
            Note(
                f"Providers under any downside risk: {provider_counts.with_downside:,} of "
                f"{provider_counts.providers:,} that the book's contracts name."
            )
        )
    for claim in claims_made():
        text = f"Said: {claim['claim']} ({claim['said_by']}). {claim['what_was_measured']}."
        blocks.append(Note(text))
    return blocks


def _row(line: ShareLine) -> list[str]:
    dollars = line.dollars
    shares = (
        dollars.fee_for_service, dollars.linked_to_quality, dollars.accountable, dollars.downside,
        dollars.apart,
    )  # fmt: skip
    return [
        line.line_of_business, line.payer, show(dollars.total, "USD"),
        *(show(share, "ratio") for share in shares), show(line.share_of_people, "ratio"),
    ]  # fmt: skip


def _nationally(lines: Sequence[str]) -> Grid:
    """What was measured of the book's lines of business, with the goals."""
    rows = [
        [
            row["line_of_business"], row["year"], _percent(row["accountable"]),
            _percent(row["downside"]), _DECIMAL.sub(lambda m: _percent(m[0]), row["goal"]),
            f"{row['cite']} ({row['status']})",
        ]
        for business in sorted({*lines, ALL})
        for row in measured_nationally(business)
    ]  # fmt: skip
    heads = ["Line of business", "Year", "3 and 4", "3B to 4", "Goal", "Source"]
    numeric = frozenset(heads[2:4])
    return Grid(heads, rows, "Measured nationally, as shares of dollars paid.", numeric)


def _percent(share: str) -> str:
    """A share as the other tables show it; nothing where none was measured."""
    return show(Decimal(share), "ratio") if share else ""


_DECIMAL = re.compile(r"0\.[0-9]+")
