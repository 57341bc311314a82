"""A listing in the terminal: every row, who to the left and what is counted to the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.programs.listing import Listing


def print_listing(listing: Listing) -> None:
    """Print a listing under its title."""
    from rich.table import Table as Grid

    from openvbc.commands.terminal import terminal
    from openvbc.format import show

    grid = Grid(title=listing.title)
    for field in listing.fields:
        grid.add_column(field.label, justify="left" if field.role == "who" else "right")
    for row in listing.rows:
        cells = zip(row, listing.fields, strict=True)
        grid.add_row(*(show(value, field.unit) for value, field in cells))
    terminal().print(grid)


def print_listing_and_lead(listing: Listing) -> None:
    """Print a listing, and below it what it is for."""
    from openvbc.commands.terminal import terminal

    print_listing(listing)
    terminal().print(f"{listing.lead}\n", highlight=False, markup=False)


def write_listings(listings: Sequence[Listing], folder: Path, kind: str) -> None:
    """Write every listing as CSV into a folder that is, or becomes, ours."""
    from openvbc.engine.own_folder import claim
    from openvbc.programs.listing import write_csvs

    write_csvs(listings, claim(folder, kind, [f"{listing.name}.csv" for listing in listings]))
