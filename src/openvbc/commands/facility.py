"""``vbc facility``: one facility's own page from the published files of a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import Overlays, PublishedFiles, program_options

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.published.facility_standing import FacilityStanding

BORDER = 3
"""Columns a cell takes besides its text."""


def facility(
    files: PublishedFiles,
    program: Annotated[str, typer.Option(help="The program, for example hrrp.")],
    contract: Annotated[str, typer.Option(help="CCN, contract or provider number.")],
    year: Annotated[int | None, typer.Option(help="Year, where the files do not tell it.")] = None,
    overlay: Overlays = None,
    output: Annotated[Path | None, typer.Option(help="Also write the page as HTML.")] = None,
) -> None:
    """Show where a facility stands on each measure and what a step better is worth."""
    from openvbc.commands.terminal import terminal
    from openvbc.programs.published.facility_standing import facility_standing
    from openvbc.programs.registry import program as program_named
    from openvbc.report.format import show

    settlement = (
        program_named(program)
        .published_program()
        .settle(files, overlay or [], program_options([], year))
    )
    standing = facility_standing(settlement, contract)
    console = terminal()
    console.print(f"{standing.contract.name or contract} · {settlement.title}")
    for label, value in standing.results:
        if value.value is not None:
            console.print(f"  {label}: {show(value.value, value.unit)}", highlight=False)
    _print_measures(standing, console)
    if output is not None:
        from openvbc.report.facility_page import write_facility_html

        console.print(f"written to {write_facility_html(settlement, standing, output)}")


def _print_measures(standing: FacilityStanding, console: Console) -> None:
    """A row a measure; where the terminal is too narrow for that, a block a measure."""
    from rich.table import Table

    from openvbc.report.format import show

    cells = [[m.item, *(show(v.value, v.unit) for v in m.values)] for m in standing.measures]
    if not cells:
        return
    heads = ["measure", *standing.headings]
    columns = zip(heads, *cells, strict=True)
    widths = [max(max(map(len, head.split())), *map(len, texts)) for head, *texts in columns]
    if sum(widths) + BORDER * len(widths) < console.width:
        grid = Table()
        for head, width in zip(heads, widths, strict=True):
            grid.add_column(head, justify="left" if head == heads[0] else "right", min_width=width)
        for row in cells:
            grid.add_row(*row)
        console.print(grid)
        return
    for item, *values in cells:
        console.print(item, style="bold", markup=False)
        for head, value in zip(standing.headings, values, strict=True):
            console.print(f"  {head}: {value}", markup=False, highlight=False)
