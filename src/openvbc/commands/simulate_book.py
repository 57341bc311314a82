"""``vbc simulate`` on a book: the spread of all contracts, and the book with terms changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.programs.contract_book.book_file import Book
    from openvbc.programs.contract_book.settle import SettledBook
    from openvbc.programs.simulation import Choices, Scenarios, Simulated, WhichRow


def is_book(path: Path) -> bool:
    """Whether the path is a book's file (one with ``book:``), or a folder that holds one.

    Raises:
        OpenvbcError: it is a file that cannot be read, or is no YAML.
    """
    from openvbc.programs.contract_book.book_file import NAME
    from openvbc.rules.exact_yaml import read_yaml, text_of_yaml

    if not path.is_file():
        return (path / NAME).is_file()
    content = read_yaml(text_of_yaml(path), path.name)
    return isinstance(content, dict) and "book" in content


def simulate_book(
    path: Path,
    which: WhichRow,
    scenarios: Scenarios,
    choices: Choices,
    quiet: bool,
) -> Simulated | None:
    """Settle a book (as changed where a what-if is given), and draw its spread if ranges are given.

    Raises:
        InputError: an option is of a single contract.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.progress import Steps
    from openvbc.errors import InputError
    from openvbc.programs.contract_book.book_file import read_book
    from openvbc.programs.contract_book.settle import settle_book
    from openvbc.programs.contract_book.spread import spread
    from openvbc.programs.contract_book.what_if import read_what_if, settle_what_if
    from openvbc.programs.simulation import Simulated

    if which.contract or which.year or which.item or choices.overlays:
        raise InputError(
            "contract, year, item and overlay are of one run, and this is a book",
            action="leave them out, or name the run of one contract: run/contracts/NAME",
            code="VBC-9034",
        )
    book = read_book(path)
    with Steps(quiet) as steps:
        settled = settle_book(book, steps.begin)
        if choices.what_if is not None:
            asked = read_what_if(choices.what_if, book)
            before, settled = settled, settle_what_if(book, asked, steps.begin)
            if not quiet:
                _print_compared(book, before, settled)
        if choices.what_if is not None and not scenarios.varies:
            leave(not_settled=bool(settled.left_out))
            return None
        steps.begin(f"{scenarios.count:,} scenarios for each contract")
        outcomes, caveats = spread(settled, scenarios)
    title = f"{settled.book.title}, {book.year}"
    return Simulated(title, outcomes, caveats, "Contract", "The first is all of them together.")


def _print_compared(book: Book, before: SettledBook, after: SettledBook) -> None:
    from rich.table import Table

    from openvbc.commands.terminal import say, terminal
    from openvbc.format import show
    from openvbc.programs.contract_book.what_if import compared, downside_shares

    grid = Table(title=after.book.title)
    grid.add_column("Contract")
    for heading in ("Before", "After", "Difference", "Worst before", "Worst after"):
        grid.add_column(heading, justify="right")
    rows = compared(before, after)
    for number, row in enumerate(rows):
        if number == len(rows) - 1:
            grid.add_section()
        amounts = (row.before, row.after, row.difference, row.worst_before, row.worst_after)
        grid.add_row(row.contract, *(show(amount, "USD") for amount in amounts))
    terminal().print(grid)
    one, other = downside_shares([before, after])
    if one is not None and other is not None:
        say(
            f"under downside risk: {show(one, 'ratio')} of spending before, "
            f"{show(other, 'ratio')} after"
        )
    if after.left_out:
        say("the sums after are without the contracts that are not in it:")
    for each in after.left_out:
        say(f"not in the book as changed: {each.contract}: {each.why}")
