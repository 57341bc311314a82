"""``vbc forecast``: how the performance year may end, with an interval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def forecast(
    run: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    benchmark_error: Annotated[
        float | None,
        typer.Option(help="How far the final benchmark may lie from the one known: 0.012 is 1.2%."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same draws.")] = 1,
) -> None:
    """Forecast the year's savings rate and payment: percentiles, odds, what makes them wide."""
    from openvbc.commands.explanation import print_explanation
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.registry import program
    from openvbc.run import Run

    opened = Run.open(folder_of_run(run))
    claims = program(opened.manifest.program).claims_program()
    print_explanation(terminal(), claims.forecast(opened, benchmark_error, seed))
