"""``vbc book``: every contract of an organisation settled together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.contract_book.settle import SettledBook


def book(
    book: Annotated[Path, typer.Argument(help="The book's file, or the folder it is in.")] = Path(
        "."
    ),
    output: Annotated[
        Path | None, typer.Option(help="Folder of the results; the book's own if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Settle all contracts of a book (book.yaml): each, in all, best and worst case, cash by month.

    Exit status: 0 every contract is in the sums; 3 rows of some were set aside; 4 the sums are not
    to be relied on, since data are missing or wrong; 5 some contracts could not be settled and are
    named with the reason.
    """
    from dataclasses import replace

    from openvbc.commands.leave import leave
    from openvbc.commands.progress import Steps
    from openvbc.programs.contract_book.book_file import read_book
    from openvbc.programs.contract_book.book_folder import PAGE
    from openvbc.programs.contract_book.settle import settle_book
    from openvbc.programs.contract_book.tables import write_tables
    from openvbc.report.book_page import write_book_html

    read = read_book(book)
    if output is not None:
        read = replace(read, output=output)
    with Steps(quiet) as steps:
        steps.begin("settling the contracts")
        settled = settle_book(read, steps.begin)
        steps.begin("writing the book")
        write_tables(settled, read.output)
        write_book_html(settled, read.output / PAGE)
    if not quiet:
        _print(settled)
        say(f"written to {read.output}/")
    for each in settled.left_out:
        todo = f"; {each.what_to_do}" if each.what_to_do else ""
        say(f"not in the book: {each.contract}: {each.why}{todo}")
    aside = settled.rows_not_used
    if aside:
        say(
            f"{aside:,} rows were set aside; the settlement of the contract lists them, "
            "'vbc check' on its project those of the deliveries"
        )
    leave(
        set_aside=aside > 0,
        not_reliable=not settled.is_reliable,
        not_settled=bool(settled.left_out),
    )


def _print(settled: SettledBook) -> None:
    from rich.table import Table

    from openvbc.commands.terminal import terminal
    from openvbc.programs.contract_book.tables import COLUMNS, contract_rows, shown, total_row

    console = terminal()
    grid = Table(title=f"{settled.book.title}, {settled.book.year}")
    for column in COLUMNS:
        grid.add_column(column.label, justify="right" if column.unit == "USD" else "left")
    rows = contract_rows(settled)
    for number, row in enumerate([*rows, total_row(settled)]):
        if number == len(rows):
            grid.add_section()
        cells = [shown(value, column) for value, column in zip(row, COLUMNS, strict=True)]
        grid.add_row(*cells, style="bold" if number == len(rows) else "")
    console.print(grid)
    _print_overlaps(settled, console)
    for note in settled.notes:
        console.print(f"note: {note}", markup=False, highlight=False)


def _print_overlaps(settled: SettledBook, console: Console) -> None:
    """Who lost credit to whom, by which rule, and the shares of the whole book."""
    from openvbc.format import show
    from openvbc.programs.contract_book.overlap_cost import told_cost
    from openvbc.programs.contract_book.spending_shares import ALL

    if settled.measured is None:
        return
    known = {line.contract: line.settled for line in settled.lines}
    for each in settled.measured.people.lost:
        worth = told_cost(known.get(each.contract))
        console.print(
            f"overlap: {each.months:,} person-months of {each.contract} are credited to "
            f"{each.lost_to} ({each.rule.says}); {worth}",
            markup=False, highlight=False,
        )  # fmt: skip
    for line in settled.measured.shares:
        if line.line_of_business == ALL:
            console.print(
                f"spending: {show(line.dollars.accountable, 'ratio')} in categories 3 and 4, "
                f"{show(line.dollars.downside, 'ratio')} under downside risk, of "
                f"{show(line.dollars.total, 'USD')}",
                markup=False, highlight=False,
            )  # fmt: skip
