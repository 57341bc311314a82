"""``vbc effect``: what a program changed, beside people like its own, with an interval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def effect(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a claim store, or a folder with one named store.")
    ],
    files: Annotated[
        Path | None,
        typer.Option(help="Folder of program.csv (member_id, start_date); DIR if none."),
    ] = None,
    method: Annotated[
        str, typer.Option(help="matched, or differences (difference in differences).")
    ] = "matched",
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("effect"),
) -> None:
    """Estimate what a program changed against people like its own, with its assumptions."""
    from openvbc.commands.leave import leave
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal, say, terminal
    from openvbc.errors import InputError, Place
    from openvbc.format import show
    from openvbc.programs.effect.listings import study_lists
    from openvbc.programs.effect.study import study
    from openvbc.report.list_book import write_lists
    from openvbc.report.sharing import PRIVATE

    if method not in ("matched", "differences"):
        raise InputError(
            "this is no method of comparison",
            place=Place(value=method),
            rule="methods: matched, differences",
            code="VBC-1993",
        )
    store = folder / "store" if (folder / "store").is_dir() else folder
    with Bars(progress_terminal()) as bars:
        estimate = study(
            store, files or folder, output,
            method="matched" if method == "matched" else "differences", progress=bars.step,
        )  # fmt: skip
    lists = study_lists(estimate)
    write_lists(lists, output, "What a program changed", estimate.notes, PRIVATE)
    console = terminal()
    console.print(lists[0].lead, highlight=False)
    for row in lists[0].rows:
        size, low, high = (show(value, "factor") for value in row[2:5])
        console.print(f"{row[0]}: {size} ({low} to {high}); {row[6]}", highlight=False)
    for row in lists[1].rows:
        console.print(f"- {row[0]}: {row[3]} ({row[2]})", highlight=False, markup=False)
    for note in estimate.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    say(f"written to {output}/")
    leave(set_aside=bool(estimate.set_aside))
