"""``vbc drivers``: why the year came out as it did, in dollars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def drivers(
    run: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    every: Annotated[
        bool, typer.Option("--all", help="Every list, also of people; else the four of dollars.")
    ] = False,
    csv: Annotated[
        Path | None, typer.Option(help="Folder into which every list is written as CSV.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="The run of an earlier year of the contract, where RUN has one year."),
    ] = None,
) -> None:
    """Show what drove the result: kinds of care, and of Shared Savings practices, cohorts, people.

    Explain one with: vbc explain RUN driver 1.
    """
    from openvbc.commands.terminal import say
    from openvbc.commands.terminal_listing import print_listing_and_lead, write_listings
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.drivers.listings import FIRST
    from openvbc.programs.registry import program
    from openvbc.run import Run

    opened = Run.open(folder_of_run(run))
    earlier = Run.open(folder_of_run(against)) if against is not None else None
    claims = program(opened.manifest.program).claims_program()
    listings = list(claims.driver_lists(opened, earlier))
    for listing in listings:
        if every or listing.name in FIRST:
            print_listing_and_lead(listing)
    if csv is not None:
        write_listings(listings, csv, "drivers")
        say(f"{len(listings)} lists written to {csv}/; they hold people and stay private")
