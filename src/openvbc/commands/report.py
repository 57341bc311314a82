"""``vbc report``: a project's run as a page and a workbook, a quality run as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.terminal import progress_terminal, say


def report(
    project: Annotated[
        Path,
        typer.Argument(
            help="A project (file or folder) or the folder of a run, also of vbc quality."
        ),
    ] = Path("."),
    output: Annotated[
        Path | None, typer.Option(help="Folder of the reports; the run's if not given.")
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Hide counts of 1 to 10 people, for passing on.")
    ] = False,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(help="A quality run made before, for rates over runs; may be repeated."),
    ] = None,
) -> None:
    """Write a project's run as a page and a workbook; runs what is not done yet.

    Exit status: as of 'vbc run'; a quality run is reported with 0.
    """
    from openvbc.programs.quality import RATES

    if (project / RATES).is_file():
        _report_quality(project, output or project, shared, earlier or ())
        return
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.run_reports import NAMES, claim_reports, write_run_reports
    from openvbc.commands.run_shown import leave_run
    from openvbc.commands.which_run import project_of, run_apart
    from openvbc.project import Project

    if output is not None:
        claim_reports(output)
    with Bars(progress_terminal()) as bars:
        read = Project(project_of(project))
        apart = run_apart(project)
        run = read.run(output=apart, said=bars.said, progress=bars.step)
        risk, _ = read.review_risk(run_folder=apart, said=bars.said, progress=bars.step)
    folder = output or run.folder
    missing = write_run_reports(run, folder, shared=shared, risk=risk)
    kind = "for sharing" if shared else "not for sharing: small counts are shown"
    say(missing or f"{folder}: {', '.join(NAMES[shared])} ({kind})")
    leave_run(run)


def _report_quality(run: Path, folder: Path, shared: bool, earlier: Sequence[Path]) -> None:
    from openvbc.commands.run_reports import NAMES, claim_reports
    from openvbc.report.quality_page import write_quality_page

    claim_reports(folder)
    path = write_quality_page(run, folder / NAMES[shared][0], shared=shared, earlier=earlier)
    kind = "for sharing" if shared else "not for sharing: small counts and people are shown"
    say(f"{path} ({kind})")
