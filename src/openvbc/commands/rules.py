"""``vbc rules``: which parameters are in force, with value, dates, citation and status."""

from __future__ import annotations

from typing import Annotated

import typer


def rules(
    program: Annotated[str, typer.Argument(help="The program, for example mssp.")],
    year: Annotated[int | None, typer.Option(help="Only what is in force in this year.")] = None,
    name: Annotated[str | None, typer.Option(help="Only this parameter, with its history.")] = None,
) -> None:
    """List a program's parameters: value, dates, citation, status."""
    from rich.console import Console
    from rich.table import Table as Grid

    from openvbc.rules.load import load_rules

    found = load_rules(program)
    keys = {} if year is None else {"performance_year": year}
    title = f"{program}: parameters" + ("" if year is None else f" in force in {year}")
    grid = Grid(title=title, show_lines=False)
    for heading in ("parameter", "value", "unit", "applies to", "citation", "status"):
        grid.add_column(heading, overflow="fold")
    for entry in found.in_force(**keys):
        if name is None or entry.name == name:
            value = entry.value
            shown = f"{len(value)} rows" if isinstance(value, tuple) else str(value)
            grid.add_row(
                entry.name, shown, entry.unit, entry.applies_in_words(), entry.cite, entry.status
            )
    Console().print(grid)
