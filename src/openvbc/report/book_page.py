"""The page of a book: what the contracts come to, cash by month, and what is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.format import show, show_short
from openvbc.programs.contract_book.settle import SettledBook
from openvbc.programs.contract_book.tables import (
    COLUMNS,
    cash_by_month,
    contract_rows,
    shown,
    total_row,
)
from openvbc.report import charts
from openvbc.report.book_people import measured_sections
from openvbc.report.page import Block, Card, Cards, Grid, Note, Notes, Page, Section, write
from openvbc.report.signed_bars import signed_bars

MOST_NOTES_OPEN = 12
"""More notes than this are folded under one line."""


def write_book_html(settled: SettledBook, path: Path) -> Path:
    """Write the page of a settled book."""
    book = settled.book
    title = f"{book.title}, {book.year}"
    return write(Page(title, "Contracts settled together", _sections(settled)), path)


def _sections(settled: SettledBook) -> list[Section]:
    sections = [Section("The book", [_cards(settled), *_picture(settled), _contracts(settled)])]
    if settled.left_out:
        sections.append(Section("Not in the book", [_left_out(settled)]))
    sections.append(Section("Cash by month", _cash(settled)))
    if settled.measured is not None:
        sections += measured_sections(settled, settled.measured)
    if settled.notes:
        sections.append(Section("What to know", _notes(settled.notes)))
    return sections


def _notes(texts: Sequence[str]) -> list[Block]:
    """Open in a section of their own; very many are folded under one line."""
    if len(texts) > MOST_NOTES_OPEN:
        return [Notes(f"{len(texts)} notes", texts)]
    return [Note(text) for text in texts]


def _cards(settled: SettledBook) -> Cards:
    count = f"{len(settled.lines)} of {settled.book.contracts_in_file} contracts settled"
    figures = [("Expected", settled.expected, count), ("Reserved for losses", settled.reserved, "")]
    if settled.best is not None and settled.worst is not None:
        figures[1:1] = [("Best case", settled.best, ""), ("Worst case", settled.worst, "")]
    return Cards([Card(label, show_short(value, "USD"), note) for label, value, note in figures])


def _picture(settled: SettledBook) -> list[Block]:
    """What each contract is expected to come to, where there are several."""
    points: list[tuple[str, charts.Number, str]] = [
        (
            line.contract,
            line.expected,
            "owed by the organisation" if line.expected < 0 else "earned",
        )
        for line in settled.lines
        if line.expected
    ]
    caption = "What each contract is expected to come to."
    return [signed_bars(points, "USD", caption)] if len(points) > 1 else []


def _contracts(settled: SettledBook) -> Grid:
    columns = [column.label for column in COLUMNS]
    rows = [
        [shown(value, column) for value, column in zip(row, COLUMNS, strict=True)]
        for row in contract_rows(settled)
    ]
    total = [shown(v, c) for v, c in zip(total_row(settled), COLUMNS, strict=True)]
    numeric = frozenset(column.label for column in COLUMNS if column.unit == "USD")
    caption = (
        "To the organisation; what it owes is negative. 'vbc explain RUN/contracts/CONTRACT' opens "
        "each down to its inputs and clauses."
    )
    return Grid(columns, rows, caption, numeric, total)


def _left_out(settled: SettledBook) -> Grid:
    rows = [[each.contract, each.why, each.what_to_do] for each in settled.left_out]
    return Grid(["Contract", "Why", "What to do"], rows, "The sums above are without these.")


def _cash(settled: SettledBook) -> list[Block]:
    rows = [
        [month or "no month agreed", show(sum_, "USD")] for month, sum_ in cash_by_month(settled)
    ]
    lines = [[c.month or "–", c.contract, c.what, show(c.amount, "USD")] for c in settled.cash]
    blocks: list[Block] = [
        Grid(["Month", "In all"], rows, numeric=frozenset({"In all"})),
        Grid(["Month", "Contract", "What", "Amount"], lines, numeric=frozenset({"Amount"}),
             searchable=True),
    ]  # fmt: skip
    months = [
        (month, sum_, "paid by the organisation" if sum_ < 0 else "paid to it")
        for month, sum_ in cash_by_month(settled)
        if month and sum_
    ]
    if len(months) > 1:
        blocks.insert(0, signed_bars(months, "USD", "Cash by month."))
    if not settled.cash:
        blocks = [Note("Nothing is paid or owed.")]
    return blocks
