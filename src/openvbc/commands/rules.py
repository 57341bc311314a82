"""``vbc rules``: which parameters are in force, with value, dates, citation and status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.rules.load import RuleSet
    from openvbc.rules.parameter import Parameter


def rules(
    program: Annotated[
        str | None, typer.Argument(help="The program, for example mssp; without: what is covered.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="Only what is in force in this year.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Only this parameter: its history, tables in full, notes.")
    ] = None,
    template: Annotated[
        int | None,
        typer.Option(
            min=1900, max=9999, help="Print the overlay to fill in for what a year lacks."
        ),
    ] = None,
) -> None:
    """List a program's parameters: value, dates, citation, status.

    With --template YEAR: an overlay (YAML) with every parameter that the rules lack for that year,
    all at once, each with its form as last known; fill it in and give it with --overlay.
    """

    from openvbc.commands.terminal import terminal
    from openvbc.rules.load import load_rules

    console = terminal()
    if program is None:
        _print_coverage(console)
        return
    rule_set = load_rules(program)
    if template is not None:
        from openvbc.rules.overlay_template import template_of_year

        console.print(
            template_of_year(rule_set, template), markup=False, highlight=False, soft_wrap=True
        )
        return
    if name is not None:
        rule_set.keys_of(name)
    title = f"{program}: parameters" + ("" if year is None else f" in force in {year}")
    entries = [p for p in _in_force(rule_set, year) if name in (None, p.name)]
    _print_parameters(console, title, entries)
    if name is not None:
        _print_details(console, entries)


def _in_force(rule_set: RuleSet, year: int | None) -> Iterator[Parameter]:
    """Values in force in the year; an agreement that starts after it does not count."""
    import datetime as dt

    from openvbc.rules.load import YEAR_KEYS

    if year is None:
        yield from rule_set.in_force()
        return
    for entry in rule_set.in_force(**dict.fromkeys(YEAR_KEYS, year)):
        start = entry.applies.get("agreement_start")
        if start is None or start.low is None or start.low <= dt.date(year, 12, 31):
            yield entry


def _print_parameters(console: Console, title: str, entries: list[Parameter]) -> None:
    from rich.table import Table as Grid

    grid = Grid(title=title, show_lines=False)
    for heading in ("parameter", "value", "unit", "applies to", "citation", "status"):
        grid.add_column(heading, overflow="fold")
    for entry in entries:
        grid.add_row(
            entry.name, _value(entry), entry.unit, entry.applies_in_words(), entry.cite,
            entry.status,
        )  # fmt: skip
    console.print(grid)


def _value(entry: Parameter) -> str:
    from openvbc.rules.parameter import Table

    value = entry.value
    if isinstance(value, Table):
        first, last = (", ".join(str(cell) for cell in value[end].values()) for end in (0, -1))
        return f"{len(value)} rows" if len(value) > 2 else f"{first}; {last}"
    if value is None:
        return "none"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _print_details(console: Console, entries: list[Parameter]) -> None:
    """Tables in full, each once, and the notes."""
    from rich.table import Table as Grid

    from openvbc.rules.parameter import Table

    for entry in entries:
        if isinstance(entry.value, Table) and entry.value:
            grid = Grid(title=f"{entry.label}, {entry.applies_in_words()}")
            columns = list(entry.value[0])
            for column in columns:
                grid.add_column(column, justify="right")
            for row in entry.value:
                cells = (row.get(column) for column in columns)
                grid.add_row(*("" if cell is None else str(cell) for cell in cells))
            console.print(grid)
    for note in dict.fromkeys(entry.note for entry in entries if entry.note):
        console.print(note, markup=False)
    sources = sorted({entry.source for entry in entries if entry.source})
    console.print(f"file: {', '.join(sources)}", markup=False)


def _print_coverage(console: Console) -> None:
    from rich.table import Table as Grid

    from openvbc.rules.coverage import coverage

    grid = Grid(title="what the rules cover", show_lines=True)
    for heading in ("program", "part", "years", "coverage", "proven against"):
        grid.add_column(heading, overflow="fold")
    for entry in coverage():
        grid.add_row(entry.program, entry.part, entry.years, entry.coverage, entry.proven)
    console.print(grid)
