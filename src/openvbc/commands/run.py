"""``vbc run``: from the deliveries to the settlement, resuming what an interrupted run left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.commands.run_progress import Bars
    from openvbc.exit_status import ExitStatus
    from openvbc.programs.settlement import Settlement
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

    Exit code 0: done; 2: it could not be done; 3: done, with rows set aside; 4: done, but not to be
    relied on, since data are missing or wrong; 5: measured, but not settled, since data lack.
    """

    from openvbc.commands.kept_reports import reports_hold
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import project_of
    from openvbc.project import Project
    from openvbc.run_times import Stopwatch

    console = terminal()
    read = Project(project_of(project))
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
    show_outcome(console, finished)
    if times:
        show_times(console, finished)
    if profile:
        show_profile(console, {**finished.profile, **watch.parts})
    if missing:
        console.print(missing, highlight=False)
    for line in finished.store_work:
        console.print(line, highlight=False)
    console.print(f"{finished.folder}: {finished.seconds:.1f} s", highlight=False, soft_wrap=True)
    leave_run(finished)


def leave_run(run: Run) -> None:
    """End the command with the status of a run, and say what it means."""
    from openvbc.commands.terminal import say

    if status := status_of(run):
        say(_STATUS[status])
        raise typer.Exit(int(status))


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


def status_of(run: Run) -> ExitStatus:
    """What the exit status says of a run: what lacks, errors of the data, rows set aside."""
    from openvbc.claims.data_notes import DATA_ERROR
    from openvbc.exit_status import exit_status

    assert run.outcome is not None
    wrong = any(note.startswith(DATA_ERROR) for note in run.outcome.notes)
    return exit_status(
        set_aside=run.rows_set_aside > 0,
        not_reliable=wrong,
        not_settled=bool(run.outcome.lacking),
    )


_STATUS = {
    3: "Exit status 3: rows were set aside; 'vbc check' lists those of the deliveries, "
    "set_aside.csv of the run those of the settlement.",
    4: "Exit status 4: the result is not to be relied on; see DATA ERROR above.",
    5: "Exit status 5: not settled; what is lacking stands above.",
}


def show_outcome(console: Console, run: Run) -> None:
    """Print who is assigned, what was expected, spent and earned, and what to know about it."""
    from rich import box
    from rich.table import Table as Grid

    from openvbc.commands.explanation import sentences_of
    from openvbc.commands.run_reports import forecast_of
    from openvbc.programs.claims_program import NOT_CONFIRMED

    outcome = run.outcome
    assert outcome is not None
    settlement = outcome.settlement
    title = outcome.title if settlement is None else settlement.title
    grid = Grid(title=title, show_header=False, box=box.SIMPLE)
    grid.add_column("line", overflow="fold")
    grid.add_column("value", justify="right", no_wrap=True)
    for period, count in run.people_assigned().items():
        grid.add_row(f"Assigned people, {period}", f"{count:,}")
    if settlement is not None:
        for label, value in _headline(settlement):
            grid.add_row(label, value)
    console.print(grid)
    if expected := forecast_of(run):
        console.print(sentences_of(expected)[0], highlight=False, soft_wrap=True)
    if outcome.lacking:
        console.print("Not settled; measured is what the data carry. Lacking:", style="bold")
        for each in outcome.lacking:
            console.print(f"- {each}", highlight=False, soft_wrap=True, markup=False)
    doubtful = [note for note in outcome.notes if note.startswith(NOT_CONFIRMED)]
    parameters = 0
    if settlement is not None:
        parameters = len(settlement.main.evaluation.not_confirmed(settlement.presentation.result))
    console.print(
        f"Not confirmed: {parameters} parameters of the settlement, {len(doubtful)} rules "
        "of the steps; the report lists them.",
        highlight=False,
    )
    if settlement is not None:
        for reason, count in Counter(row.reason for row in settlement.not_used).most_common():
            console.print(f"- set aside: {count:,} {reason}", highlight=False, markup=False)
    for note in outcome.notes:
        if note not in doubtful:
            console.print(f"- {note}", highlight=False, soft_wrap=True, markup=False)


def _headline(settlement: Settlement) -> list[tuple[str, str]]:
    """The headline of the details that have one, then that of the settlement."""
    from openvbc.format import show

    view = settlement.presentation
    shown = [
        (settlement.details[sheet].evaluation, name)
        for sheet, names in view.before.items()
        for name in names
    ]
    shown += [(settlement.main.evaluation, name) for name in view.headline]
    found = []
    for evaluation, name in shown:
        if item := evaluation.worksheet.lines.get(name):
            found.append((item.label, show(evaluation.value(name), item.unit)))
    return found


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
