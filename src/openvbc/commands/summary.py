"""A settlement in the terminal: a table by group with a total line, and rows in and set aside."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.settlement import Settlement

NARROW = 120
"""On a terminal with fewer columns than this, sums of money are shown in millions."""
MOST_CONTRACTS = 25
"""So many contracts are listed one by one; more are added up by year and group."""


def print_summary(settlement: Settlement, console: Console | None = None) -> None:
    """Print the summary table, the count of rows and the notes."""
    from rich.box import HEAVY_HEAD, SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = console or Console()
    sheet, shown = settlement.main, settlement.presentation
    described = _described(settlement)
    units = {name: unit for name, (_, unit) in described.items()}
    show = _in_millions if console.width < NARROW else _show
    one_by_one = len(sheet.contracts) <= MOST_CONTRACTS
    columns = list(shown.headline if one_by_one else shown.totals)
    grid = Table(title=settlement.title, box=SIMPLE if console.width < NARROW else HEAVY_HEAD)
    for heading in ("year", "group"):
        grid.add_column(heading)
    grid.add_column("contract" if one_by_one else "contracts", justify="left")
    for name in columns:
        label, unit = described[name]
        millions = " ($ million)" if unit == "USD" and show is _in_millions else ""
        grid.add_column(label + millions, justify="right", overflow="fold")
    every = range(len(sheet.contracts))
    if one_by_one:
        for row in every:
            contract = sheet.contracts[row]
            cells = [show(sheet.evaluation.value(name, row), units[name]) for name in columns]
            grid.add_row(str(contract.year), contract.group, contract.identifier, *cells)
    else:
        groups: dict[tuple[int, str], list[int]] = {}
        for row in every:
            contract = sheet.contracts[row]
            groups.setdefault((contract.year, contract.group), []).append(row)
        for (year, group), rows in sorted(groups.items()):
            cells = [show(_total(settlement, name, rows), units[name]) for name in columns]
            grid.add_row(str(year), group, str(len(rows)), *cells)
    grid.add_section()
    totals = [
        show(_total(settlement, name, every), units[name]) if name in shown.totals else ""
        for name in columns
    ]
    grid.add_row("total", "", str(len(sheet.contracts)), *totals, style="bold")
    console.print(grid)
    print_rows(settlement, console)
    for note in settlement.notes:
        console.print(f"note: {note}", markup=False, highlight=False)


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


def _total(settlement: Settlement, name: str, rows: Any) -> Decimal:
    values = (settlement.main.evaluation.value(name, row) for row in rows)
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))


def _described(settlement: Settlement) -> dict[str, tuple[str, str]]:
    """Label and unit of every input and line."""
    worksheet = settlement.main.evaluation.worksheet
    given = {name: (item.label, item.unit) for name, item in worksheet.inputs.items()}
    return given | {name: (item.label, item.unit) for name, item in worksheet.lines.items()}


def _in_millions(value: Any, unit: str) -> str:
    if unit != "USD" or value is None:
        return _show(value, unit)
    return f"{value / 1_000_000:,.2f}"


def _show(value: Any, unit: str) -> str:
    from openvbc.report.format import show

    return show(value, unit)
