"""A settlement in the terminal: a table by group with a total line, and rows in and set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from openvbc.commands.terminal import print_left_out, terminal

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.settlement import Settlement

MOST_CONTRACTS = 25
"""So many contracts are listed one by one; more are added up by year and group."""
PADDING = 3
MARGIN = 6
"""Columns that a cell takes besides its text; and what is left free at the side."""


def print_summary(settlement: Settlement, console: Console | None = None) -> None:
    """Print the summary table, the count of rows and the notes.

    Numbers are never broken over lines: columns that do not fit are left out, the first ones first;
    year, group, contract and the result always stay. Full amounts are in the run's files.
    """
    from rich.table import Table

    from openvbc.programs.overall_result import overall_result

    console = console or terminal()
    one_by_one = len(settlement.main.contracts) <= MOST_CONTRACTS
    shown = settlement.presentation
    names = list(shown.headline if one_by_one else shown.totals)
    contracts = range(len(settlement.main.contracts))
    if not one_by_one:
        names = [name for name in names if settlement.main.total(name, contracts) is not None]
    heads = ["year", "group", shown.unit if one_by_one else shown.units]
    rows = _rows_one_by_one(settlement, names) if one_by_one else _rows_by_group(settlement, names)
    labels = [settlement.main.labelled(name)[0] for name in names]
    every = overall_result(settlement, contracts)
    if every is not None and not one_by_one:
        labels.append(every[0])
    head_widths, widths = _widths(heads, labels, rows)
    dropped = _dropped(head_widths, widths, console.width)
    grid = Table(title=settlement.title)
    for heading, width in zip(heads, head_widths, strict=True):
        grid.add_column(heading, min_width=width)
    for label, width in zip(labels[dropped:], widths[dropped:], strict=True):
        grid.add_column(label, justify="right", min_width=width)
    for number, (head, cells) in enumerate(rows):
        last = number == len(rows) - 1
        if last:
            grid.add_section()
        kept = (cell.replace(" ", "\N{NO-BREAK SPACE}") for cell in cells[dropped:])
        grid.add_row(*head, *kept, style="bold" if last else "")
    console.print(grid)
    print_left_out(console, labels[:dropped], " and in the files of the run")
    print_rows(settlement, console)
    for note in settlement.notes:
        console.print(f"note: {note}", markup=False, highlight=False)


_Row = tuple[list[str], list[str]]
"""Year, group and contract; then the cells."""


def _rows_one_by_one(settlement: Settlement, names: Sequence[str]) -> list[_Row]:
    evaluation = settlement.main.evaluation
    rows: list[_Row] = []
    for row, contract in enumerate(settlement.main.contracts):
        cells = [_show(settlement, name, evaluation.value(name, row)) for name in names]
        rows.append(([str(contract.year), contract.group, contract.identifier], cells))
    return [*rows, _total_row(settlement, names)]


def _rows_by_group(settlement: Settlement, names: Sequence[str]) -> list[_Row]:
    groups: dict[tuple[int, str], list[int]] = {}
    for row, contract in enumerate(settlement.main.contracts):
        groups.setdefault((contract.year, contract.group), []).append(row)
    group_rows: list[_Row] = []
    for (year, group), rows in sorted(groups.items()):
        cells = [_show(settlement, name, settlement.main.total(name, rows)) for name in names]
        cells += _result(settlement, rows)
        group_rows.append(([str(year), group, f"{len(rows):,}"], cells))
    head, cells = _total_row(settlement, names)
    every = range(len(settlement.main.contracts))
    return [*group_rows, (head, [*cells, *_result(settlement, every)])]


def _result(settlement: Settlement, rows: Sequence[int]) -> list[str]:
    """The cell of a result that is not money and so does not add up."""
    from openvbc.format import show
    from openvbc.programs.overall_result import overall_result

    outcome = overall_result(settlement, rows)
    return [] if outcome is None else [show(outcome[1], outcome[2])]


def _total_row(settlement: Settlement, names: Sequence[str]) -> _Row:
    every = range(len(settlement.main.contracts))
    cells = [
        _show(settlement, name, settlement.main.total(name, every))
        if name in settlement.presentation.totals
        else ""
        for name in names
    ]
    return ["total", "", f"{len(every):,}"], cells


def _widths(
    heads: Sequence[str], labels: Sequence[str], rows: Sequence[_Row]
) -> tuple[list[int], list[int]]:
    """The least width of each head and each number column: words may wrap, numbers may not."""
    head_widths = [
        max(_longest_word(text) for text in (heading, *(head[index] for head, _ in rows)))
        for index, heading in enumerate(heads)
    ]
    widths = [
        max(_longest_word(label), *(len(cells[index]) for _, cells in rows))
        for index, label in enumerate(labels)
    ]
    return head_widths, widths


def _dropped(head_widths: Sequence[int], widths: Sequence[int], width: int) -> int:
    """How many of the first number columns do not fit; the result, the last, always stays."""
    left = width - MARGIN - sum(each + PADDING for each in head_widths)
    for index in reversed(range(len(widths))):
        left -= widths[index] + PADDING
        if left < 0:
            return min(index + 1, len(widths) - 1)
    return 0


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)


def print_rows(settlement: Settlement, console: Console, *, quiet: bool = False) -> None:
    """Rows in, settled and set aside, with the reasons and the first places.

    Rows set aside are said even when asked to be `quiet`.
    """
    aside = settlement.set_aside
    if quiet and not aside:
        return
    settled = settlement.rows_in - len(aside)
    console.print(f"rows in {settlement.rows_in}, settled {settled}, set aside {len(aside)}")
    for reason, count in Counter(row.reason for row in aside).most_common():
        console.print(f"  {count} {reason}", markup=False)
        for row in [row for row in aside if row.reason == reason][:3]:
            detail = f": {row.detail}" if row.detail else ""
            console.print(f"      {row.place}{detail}", markup=False, highlight=False)


def _show(settlement: Settlement, name: str, value: Any) -> str:
    from openvbc.format import show_short

    return show_short(value, settlement.main.labelled(name)[1])
