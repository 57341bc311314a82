"""``vbc tie-out``: a run against CMS's own reports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer


def tie_out(
    run: Annotated[Path, typer.Argument(help="A project (file or folder) or the folder of a run.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            help="CMS's reports under the names they came with: benchmark workbook (BNMRK), "
            "expenditure reports (AEXPU, QEXPU), assignment list tables (QALR, AALR)."
        ),
    ],
    known_by: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day by which claims were known to CMS's report, where it is later than the run's "
            "cut-off.",
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Folder into which every list is written as CSV.")
    ] = None,
) -> None:
    """Hold a run against CMS's reports line by line, and size the known causes of the gap."""
    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import say
    from openvbc.commands.terminal_listing import print_listing_and_lead, write_listings
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.mssp.tie_out.tie_out import has_set_aside, tie_out_listings
    from openvbc.run import Run

    listings = tie_out_listings(
        Run.open(folder_of_run(run)), files, known_by.date() if known_by else None
    )
    for listing in listings:
        if listing.rows:
            print_listing_and_lead(listing)
    if csv is not None:
        write_listings(listings, csv, "tie-out")
        say(f"{len(listings)} lists written to {csv}/")
    leave(set_aside=has_set_aside(listings))
