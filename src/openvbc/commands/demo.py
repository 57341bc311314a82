"""``vbc demo``: the book of worked contracts, settled before your eyes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    output: Annotated[
        Path, typer.Option(help="Folder the results and reports are written into.")
    ] = Path("demo-output"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Settle the book of worked contracts that ships with the program; needs no data."""
    settle_the_book(output / "book", quiet)


def settle_the_book(folder: Path, quiet: bool) -> None:
    """Settle every chapter into ``folder/<program>``: a table, Parquet, HTML and Excel."""
    from openvbc.commands.progress import Steps
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_summary
    from openvbc.programs.book import settle_book
    from openvbc.programs.run_folder import write_run

    with Steps(quiet) as steps:
        steps.begin("settling the book of worked contracts")
        settlements = settle_book()
        missing = ""
        for program, settlement in settlements.items():
            steps.begin(f"writing {program}")
            write_run(settlement, folder / program)
            missing = write_reports(settlement, folder / program)
    if quiet:
        return
    for program, settlement in settlements.items():
        print_summary(settlement)
        typer.echo(f"written to {folder / program}/")
    if missing:
        typer.echo(missing)
    typer.echo(
        f"next: vbc explain {folder / 'mssp'} --contract A9012 earned_savings_or_owed_losses"
    )
