"""``vbc run``: from the deliveries to the settlement, resuming what an interrupted run left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.commands.run_progress import Bars
    from openvbc.commands.run_shown import RunShown
    from openvbc.commands.standing_run import Asked
    from openvbc.project import Project
    from openvbc.run import Run
    from openvbc.run_times import PartTime


def run(
    project: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    engine: Annotated[
        str | None, typer.Option(help="duckdb or spark; the project file's if not given.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder of the run; the project file's if not given.")
    ] = None,
    verify_inputs: Annotated[
        bool,
        typer.Option(
            "--verify-inputs",
            help="Read every delivery again, even where size and times say it did not change.",
        ),
    ] = False,
    times: Annotated[bool, typer.Option("--times", help="Show how long every step took.")] = False,
    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            help="Show seconds, processor, bytes read and written, and rows of every step.",
        ),
    ] = False,
) -> None:
    """Compute claims, assignment, expenditures, benchmark and settlement of a project.

    Writes report.html and report.xlsx into the folder of the run; 'vbc report' adds risk and gaps,
    which later runs keep.

    Exit code 0: done; 2: it could not be done; 3: done, with rows set aside; 4: done, but not to be
    relied on, since data are missing or wrong; 5: measured, but not settled, since data lack.
    """

    from openvbc.commands.standing_run import Asked
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import project_of, run_apart

    console, begun = terminal(), time.perf_counter()
    place, output = project_of(project), output or run_apart(project)
    asked = Asked(place, engine, output)
    if not (verify_inputs or times or profile) and (stands := asked.standing()):
        folder, shown = stands
        shown.show(console)
        seconds = time.perf_counter() - begun
        _say_where(console, folder, f"{seconds:.1f} s, nothing changed since it was made")
        shown.leave()
        return
    finished, shown, parts, missing = _run(console, place, asked, engine, output, verify_inputs)
    shown.show(console)
    if times:
        show_times(console, finished)
    if profile:
        show_profile(console, {**finished.profile, **parts})
    if missing:
        console.print(missing, highlight=False)
    for line in finished.store_work:
        console.print(line, highlight=False)
    _say_where(console, finished.folder, f"{time.perf_counter() - begun:.1f} s")
    shown.leave()


def _run(
    console: Console,
    place: Path,
    asked: Asked,
    engine: str | None,
    output: Path | None,
    verify_inputs: bool,
) -> tuple[Run, RunShown, dict[str, PartTime], str]:
    """Make the run and its reports: with what is to be said, times, and what package is missing."""
    from openvbc.commands.kept_reports import reports_hold
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.run_shown import shown_of
    from openvbc.project import Project
    from openvbc.run_times import Stopwatch

    read = Project(place)
    with Bars(console) as bars:
        finished = read.run(
            engine,
            output=output,
            said=bars.said,
            progress=bars.step,
            verify_inputs=verify_inputs,
        )
        bars.said("reports", None)
        watch = Stopwatch()
        missing = "" if reports_hold(finished) else _write_reports(read, finished, bars)
        watch.lap("reports")
    shown = shown_of(finished)
    if not missing:
        asked.remember(read, finished, shown)
    return finished, shown, watch.parts, missing


def _say_where(console: Console, folder: Path, what: str) -> None:
    console.print(f"{folder}: {what}", highlight=False, soft_wrap=True)


def _write_reports(read: Project, finished: Run, bars: Bars) -> str:
    from openvbc.commands.kept_reports import remember_reports
    from openvbc.commands.run_reports import write_run_reports

    risk = None
    if finished.folder == read.file.output and (finished.folder / "risk").is_dir():
        # A report that had the risk sections keeps them; the steps behind them are kept too.
        risk, _ = read.review_risk(said=bars.said, progress=bars.step)
    missing = write_run_reports(finished, finished.folder, shared=False, risk=risk)
    if not missing:
        remember_reports(finished)
    return missing


def show_times(console: Console, run: Run) -> None:
    """Print how long every part and step took."""
    from rich.table import Table as Grid

    grid = Grid(title="Time")
    grid.add_column("part")
    grid.add_column("seconds", justify="right")
    for name, seconds in run.times.items():
        grid.add_row(name, f"{seconds:.2f}")
    console.print(grid)


def show_profile(console: Console, parts: Mapping[str, PartTime]) -> None:
    """Print what every part and step took, what took most first; ``steps`` is all of them."""
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(title="Profile", box=box.SIMPLE)
    grid.add_column("part", no_wrap=True)
    for heading in ("seconds", "processor", "MB read", "MB written", "rows"):
        grid.add_column(heading, justify="right", no_wrap=True)
    for name, part in sorted(parts.items(), key=lambda item: -item[1].cpu_seconds):
        read, written = (
            "" if size is None else f"{size / 1e6:,.1f}"
            for size in (part.bytes_read, part.bytes_written)
        )
        rows = "" if part.rows is None else f"{part.rows:,}"
        taken = f"{part.seconds:.2f}", f"{part.cpu_seconds:.2f}"
        grid.add_row(name, *taken, read, written, rows)
    console.print(grid)
