"""``vbc explain RUN person ID``: why a person is assigned or not, down to the claim lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal

    from rich.console import Console

    from openvbc.programs.mssp.person_explanation import PeriodExplanation

    Justify = Literal["left", "right"]

_WHOLE = ("date", "code", "entity", "charges")
"""Columns that are never broken, however narrow the terminal."""


def explain_person(run: Path, identifier: str, period: str | None = None) -> None:
    """Show every measured year of a person: the verdict, charges by entity, lines, spending.

    The identifier is the one the user gave; nothing of it goes to a log.
    """

    from openvbc.commands.explain_score import show_scores
    from openvbc.commands.terminal import terminal
    from openvbc.engine.duckdb import DuckDBEngine
    from openvbc.programs.mssp import person_explanation as person_explanation
    from openvbc.run import Run

    opened = Run.open(run)
    console = terminal()
    with DuckDBEngine() as engine:
        opened.register(engine, *person_explanation.TABLES)
        identifiers = opened.store / "person_identifier" if opened.store else None
        if identifiers is not None:
            engine.register("person_identifier", identifiers)
        explained = person_explanation.explain_person(
            engine, identifier, opened.periods, identifiers is not None
        )
        for year in explained.periods:
            if period is None or year.period == period.upper():
                _show(console, year)
        wanted = {y.calendar_year for y in explained.periods if y.period == (period or "").upper()}
        people = sorted({str(y.assignment["person_id"]) for y in explained.periods})
        show_scores(console, engine, opened, people, min(wanted, default=None))


def _show(console: Console, year: PeriodExplanation) -> None:
    from rich import box
    from rich.table import Table as Grid

    console.print(f"\n[bold]{year.period} {year.calendar_year}[/bold]: {year.verdict}")
    tie = year.assignment["tie"]
    if tie == "RECENCY":
        console.print("  equal charges: the entity that saw the person last has them")
    elif tie == "UNRESOLVED":
        console.print("  equal charges and equal last service: the rule does not decide; by name")
    if year.charges:
        grid = Grid(title="Charges by entity", box=box.SIMPLE)
        for heading in ("entity", "step 1", "last", "step 2", "last", "step 3", "last"):
            justify: Justify = "left" if heading == "entity" else "right"
            grid.add_column(heading, justify=justify, no_wrap=True)
        for row in year.charges:
            cells = [f"{row['entity_type']} {row['entity']}"]
            for step in (1, 2, 3):
                charges, last = row[f"step_{step}_charges"], row[f"step_{step}_last_service"]
                cells += [f"{charges:,.2f}" if charges else "", str(last) if charges else ""]
            grid.add_row(*cells)
        console.print(grid)
    if year.lines:
        grid = Grid(title="Primary care lines", box=box.SIMPLE)
        for heading in ("date", "code", "where", "role", "entity", "charges", "left out because"):
            justify = "right" if heading == "charges" else "left"
            grid.add_column(heading, justify=justify, no_wrap=heading in _WHOLE)
        for row in year.lines:
            grid.add_row(
                str(row["service_date"]),
                row["hcpcs_code"] or "",
                _words(row["provider_kind"]),
                _words(row["role"]),
                f"{row['entity_type'] or ''} {row['entity'] or ''}",
                f"{row['charges']:,.2f}",
                _words(row["left_out"]),
            )
        console.print(grid)
    if year.expenditure:
        grid = Grid(title="Months and spending", box=box.SIMPLE)
        for heading in ("enrollment type", "months", "amount"):
            grid.add_column(heading, justify="left" if heading[0] == "e" else "right")
        for row in year.expenditure:
            kind = _words(row["enrollment_type"])
            grid.add_row(kind, str(row["person_months"]), f"{row['amount']:,.2f}")
        console.print(grid)


def _words(code: str | None) -> str:
    return (code or "").lower().replace("_", " ")
