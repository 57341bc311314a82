"""``vbc run``: from the deliveries to the settlement, resuming what an interrupted run left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.run import Run


def run(
    project: Annotated[
        Path, typer.Argument(help="The project file, or the folder it is in.")
    ] = Path("."),
    engine: Annotated[
        str | None, typer.Option(help="duckdb or spark; the project file's if not given.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder of the run; the project file's if not given.")
    ] = None,
    times: Annotated[bool, typer.Option("--times", help="Show how long every step took.")] = False,
) -> None:
    """Compute claims, assignment, expenditures, benchmark and settlement of a project."""

    from openvbc.commands.run_progress import Bars
    from openvbc.commands.run_reports import write_run_reports
    from openvbc.commands.terminal import terminal
    from openvbc.project import Project

    console = terminal()
    read = Project(project)
    with Bars(console) as bars:
        finished = read.run(engine, output=output, said=bars.said, progress=bars.step)
        bars.said("reports", None)
        missing = write_run_reports(finished, finished.folder, shared=False)
    show_settlement(console, finished)
    if times:
        show_times(console, finished)
    if missing:
        console.print(missing, highlight=False)
    console.print(f"{finished.folder}: {finished.seconds:.1f} s", highlight=False, soft_wrap=True)


def show_settlement(console: Console, run: Run) -> None:
    """Print who is assigned, what was expected, spent and earned, and what to know about it."""
    from rich import box
    from rich.table import Table as Grid

    from openvbc.programs.mssp.run import NOT_CONFIRMED
    from openvbc.report.format import show

    settlement = run.settlement
    assert settlement is not None
    evaluation = settlement.main.evaluation
    benchmark = settlement.details["benchmark"].evaluation
    people = run.people_assigned()
    grid = Grid(title=settlement.title, show_header=False, box=box.SIMPLE)
    grid.add_column("line", overflow="fold")
    grid.add_column("value", justify="right", no_wrap=True)
    for period, count in people.items():
        grid.add_row(f"Assigned people, {period}", f"{count:,}")
    for name in ("updated_benchmark", "performance_year_expenditure"):
        line = benchmark.worksheet.lines[name]
        grid.add_row(line.label, show(benchmark.value(name), line.unit))
    worksheet = evaluation.worksheet
    for name in settlement.presentation.headline:
        if item := worksheet.lines.get(name):
            grid.add_row(item.label, show(evaluation.value(name), item.unit))
    console.print(grid)
    doubtful = [note for note in settlement.notes if note.startswith(NOT_CONFIRMED)]
    unsure = evaluation.not_confirmed(settlement.presentation.result)
    parameters = sum(node.kind == "parameter" for node in unsure)
    console.print(
        f"Not confirmed: {parameters} parameters of the settlement, {len(doubtful)} rules "
        "of the steps; the report lists them.",
        highlight=False,
    )
    for note in settlement.notes:
        if note not in doubtful:
            console.print(f"- {note}", highlight=False, soft_wrap=True, markup=False)


def show_times(console: Console, run: Run) -> None:
    """Print how long every part and step took."""
    from rich.table import Table as Grid

    grid = Grid(title="Time")
    grid.add_column("part")
    grid.add_column("seconds", justify="right")
    for name, seconds in run.times.items():
        grid.add_row(name, f"{seconds:.2f}")
    console.print(grid)
