"""``vbc track``: how the year is going against the benchmark, as of the last payment known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def track(
    run: Annotated[Path, typer.Argument(help="A project (file or folder) or the folder of a run.")],
    output: Annotated[
        Path | None, typer.Option(help="Also write it as a page (.html) or a workbook (.xlsx).")
    ] = None,
) -> None:
    """Show spending against the benchmark by month, enrollment type and service category."""
    from openvbc.commands.explanation import print_explanation, say_written
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.registry import program
    from openvbc.run import Run

    opened = Run.open(folder_of_run(run))
    claims = program(opened.manifest.program).claims_program()
    told = claims.track(opened)
    print_explanation(terminal(), told)
    if output is not None:
        say_written(told, f"The year so far: {opened.folder}", output)
