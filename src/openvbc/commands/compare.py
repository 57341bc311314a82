"""``vbc compare``: what changed between two runs, in inputs, rules, results and people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.comparison import Movement


def compare(
    before: Annotated[Path, typer.Argument(help="The earlier run, or its project.")],
    after: Annotated[Path, typer.Argument(help="The later run, or its project.")],
    people: Annotated[
        Path | None,
        typer.Option(help="Write the people whose assignment changed to this private CSV file."),
    ] = None,
) -> None:
    """Hold two runs against each other: inputs, rules, results, people gained and lost."""
    from rich.table import Table as Grid

    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.format import show
    from openvbc.programs.compared_runs import compared_runs, people_moved
    from openvbc.run import Run as Opened

    console = terminal()
    one, other = Opened.open(folder_of_run(before)), Opened.open(folder_of_run(after))
    found = compared_runs(one, other)
    if found.circumstances:
        grid = Grid(title="What went in differently")
        for heading in ("what", "name", "before", "after"):
            grid.add_column(heading, overflow="fold")
        for change in found.circumstances:
            shown = [text[:40] or "(none)" for text in (change.before, change.after)]
            grid.add_row(change.kind, change.name, *shown)
        console.print(grid)
    else:
        console.print("Inputs, rules, SQL, engine and program are the same.")
    for run in (one, other):
        if run.lacking:
            console.print(f"{run.folder} is not settled: {run.lacking[0]}", markup=False)
    grid = Grid(title=f"Settlement lines that differ: {len(found.lines)}")
    for heading in ("line", "before", "after", "difference"):
        grid.add_column(heading, justify="left" if heading == "line" else "right")
    for line in found.lines:
        unit = found.units.get(line.line, "")
        values = [show(v, unit) for v in (line.before, line.after, line.difference)]
        grid.add_row(line.line.replace("_", " "), *values)
    if found.lines:
        console.print(grid)
    else:
        console.print("Every settlement line is the same.")
    if found.movements is None:
        return
    _show_movements(console, found.movements)
    if people is not None:
        _write_people(people, people_moved(one, other))
        console.print(f"{people}: names people; guard it like claims", highlight=False)


def _show_movements(console: Console, movements: list[Movement]) -> None:
    from rich.table import Table as Grid

    if not movements:
        console.print("Nobody's assignment changed.")
        return
    grid = Grid(title="People whose assignment changed")
    for heading in ("period", "", "before", "after", "people"):
        grid.add_column(heading, justify="right" if heading == "people" else "left")
    words = {1: "gained", 0: "moved", -1: "lost"}
    for m in movements:
        state = [text.lower().replace("_", " ") for text in (m.before, m.after)]
        grid.add_row(m.period, words[m.gained], *state, f"{m.people:,}")
    console.print(grid)


def _write_people(path: Path, rows: list[dict[str, object]]) -> None:
    from openvbc.engine.csv_file import write_csv

    write_csv(path, rows, ["period", "person_id", "state_before", "state_after", "gained"])
