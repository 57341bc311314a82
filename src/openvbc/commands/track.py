"""``vbc track``: how the year is going against the benchmark, as of the last payment known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def track(
    run: Annotated[Path, typer.Argument(help="A project (file or folder) or the folder of a run.")],
) -> None:
    """Show spending against the benchmark by month, enrollment type and service category."""
    from openvbc.commands.explanation import print_explanation
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.registry import program
    from openvbc.run import Run

    opened = Run.open(folder_of_run(run))
    claims = program(opened.manifest.program).claims_program()
    print_explanation(terminal(), claims.track(opened))
