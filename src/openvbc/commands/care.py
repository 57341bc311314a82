"""``vbc care``: work lists of a day from a claim store, messages of hospitals and logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openvbc.programs.care.work_lists import CareRun


def care(
    folder: Annotated[Path, typer.Argument(help="Folder with care.yaml, or the file.")],
    as_of: Annotated[
        str | None, typer.Option(help="Day of the lists, YYYY-MM-DD, instead of the file's.")
    ] = None,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="Invent people with planted lists first, and care.yaml."),
    ] = False,
    people: Annotated[int, typer.Option(min=1, help="With --sample: how many people.")] = 290,
    seed: Annotated[int, typer.Option(help="With --sample: which invented population.")] = 1,
) -> None:
    """Make work lists: panel by tier, transitions, emergency visits, gaps, cohorts, rates."""
    from openvbc.commands.leave import leave
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal
    from openvbc.programs.care.care_file import on_day, read_care_file
    from openvbc.programs.care.sample import write_sample
    from openvbc.programs.care.work_lists import make_work_lists
    from openvbc.report.care_report import write_page, write_workbook

    if sample:
        write_sample(folder, people, seed)
    file, digest = read_care_file(folder)
    with Bars(progress_terminal()) as bars:
        run = make_work_lists(on_day(file, as_of), digest, progress=bars.step)
    write_workbook(run)
    write_page(run)
    _print(run)
    leave(set_aside=bool(run.set_aside))


def _print(run: CareRun) -> None:
    """Counts only: no person is named on the terminal."""
    from rich.table import Table as Grid

    from openvbc.commands.terminal import say, terminal

    console = terminal()
    grid = Grid(title=f"Work lists {run.file.as_of}: {run.people:,} people")
    for head in ("List", "Group", "Rows"):
        grid.add_column(head, justify="right" if head == "Rows" else "left")
    for name, unit, key in (
        ("tiers", "people", "tier_name"),
        ("transitions", "discharges", "state"),
        ("emergency visits", "visits", "state"),
    ):
        for row in run.counts[name]:
            grid.add_row(name, str(row[key]), f"{row[unit]:,}")
    console.print(grid)
    for note in run.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    say(f"written to {run.folder}/")
