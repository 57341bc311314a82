"""A settlement in the terminal: a table by group with a total line, and rows in and set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from openvbc.commands.terminal import NumberColumn, add_number_columns, terminal

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.settlement import Settlement

MOST_CONTRACTS = 25
"""So many contracts are listed one by one; more are added up by year and group."""

LONGEST_GROUP = 20
"""Characters of the group's name that are shown."""


def print_summary(settlement: Settlement, console: Console | None = None) -> None:
    """Print the summary table, the count of rows and the notes.

    The result stands in full, other amounts short (in full in the files). Columns that do not fit
    the terminal are left out, totals last; the result never.
    """
    from rich.table import Table

    console = console or terminal()
    sheet, shown = settlement.main, settlement.presentation
    every = range(len(sheet.contracts))
    one_by_one = len(sheet.contracts) <= MOST_CONTRACTS
    groups = _groups(settlement, one_by_one)
    lead = [
        (str(year), group, identifier or str(len(rows)))
        for (year, group, identifier), rows in groups.items()
    ]
    described = _described(settlement)
    columns = []
    names = shown.headline if one_by_one else shown.totals
    for place, name in enumerate(names):
        heading, unit = described[name]
        cells = [_cell(settlement, name, rows, unit, one_by_one) for rows in groups.values()]
        adds_up = name in shown.totals
        cells.append(_cell(settlement, name, every, unit, False) if adds_up else "")
        important = 0 if name == shown.result else 1 if adds_up else 2 + len(names) - place
        columns.append(NumberColumn(heading, cells, important))
    grid = Table(title=settlement.title)
    headings = ("year", "group", "contract" if one_by_one else "contracts")
    total = ("total", "", str(len(sheet.contracts)))
    space = console.width - 1
    for heading, texts in zip(headings, zip(*lead, total, strict=True), strict=True):
        width = min(LONGEST_GROUP, max(len(heading), *map(len, texts)))
        grid.add_column(heading, no_wrap=True, width=width)
        space -= width + 3
    kept = add_number_columns(grid, columns, space)
    for number, text in enumerate(lead):
        grid.add_row(*text, *(column.cells[number] for column in kept))
    grid.add_section()
    grid.add_row(*total, *(column.cells[-1] for column in kept), style="bold")
    console.print(grid)
    print_rows(settlement, console)
    for note in settlement.notes:
        console.print(f"note: {note}", markup=False, highlight=False)


def _groups(settlement: Settlement, one_by_one: bool) -> dict[tuple[int, str, str], list[int]]:
    """Rows of the main sheet by year, group and (where listed one by one) contract."""
    groups: dict[tuple[int, str, str], list[int]] = {}
    for row, contract in enumerate(settlement.main.contracts):
        identifier = contract.identifier if one_by_one else ""
        groups.setdefault((contract.year, contract.group, identifier), []).append(row)
    return groups if one_by_one else dict(sorted(groups.items()))


def _cell(
    settlement: Settlement, name: str, rows: Sequence[int], unit: str, one_by_one: bool
) -> str:
    from openvbc.report.format import show, show_short

    write = show if name == settlement.presentation.result else show_short
    if one_by_one and len(rows) == 1:
        return write(settlement.main.evaluation.value(name, rows[0]), unit)
    return write(_total(settlement, name, rows), unit)


def print_rows(settlement: Settlement, console: Console) -> None:
    """Rows in, settled and set aside, with the reasons and the first places."""
    aside = settlement.set_aside
    settled = settlement.rows_in - len(aside)
    console.print(f"rows in {settlement.rows_in}, settled {settled}, set aside {len(aside)}")
    for reason, count in Counter(row.reason for row in aside).most_common():
        console.print(f"  {count} {reason}", markup=False)
        for row in [row for row in aside if row.reason == reason][:3]:
            detail = f": {row.detail}" if row.detail else ""
            console.print(f"      {row.place}{detail}", markup=False, highlight=False)


def _total(settlement: Settlement, name: str, rows: Sequence[int]) -> Decimal:
    values = (settlement.main.evaluation.value(name, row) for row in rows)
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))


def _described(settlement: Settlement) -> dict[str, tuple[str, str]]:
    """Label and unit of every input and line."""
    worksheet = settlement.main.evaluation.worksheet
    given = {name: (item.label, item.unit) for name, item in worksheet.inputs.items()}
    return given | {name: (item.label, item.unit) for name, item in worksheet.lines.items()}
