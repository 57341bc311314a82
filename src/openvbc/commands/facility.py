"""``vbc facility``: one facility's own page from the published files of a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def facility(
    files: Annotated[list[Path], typer.Argument(help="Result files as published.")],
    program: Annotated[str, typer.Option(help="The program, for example hrrp.")],
    contract: Annotated[str, typer.Option(help="CCN, contract or provider number.")],
    year: Annotated[int | None, typer.Option(help="Year, where the files do not tell it.")] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option(help="Rule overlay (YAML); may be given several times.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Also write the page as HTML.")] = None,
) -> None:
    """Show where a facility stands on each measure and what a step better is worth."""
    from rich.console import Console
    from rich.table import Table as Grid

    from openvbc.programs.facility_standing import facility_standing
    from openvbc.programs.registry import program as program_named
    from openvbc.report.format import show

    options = {} if year is None else {"year": str(year)}
    settlement = program_named(program).settle(files, overlay or [], options)
    standing = facility_standing(settlement, contract)
    console = Console()
    console.print(f"{standing.contract.name or contract} · {settlement.title}")
    for label, value in standing.results:
        if value.value is not None:
            console.print(f"  {label}: {show(value.value, value.unit)}", highlight=False)
    grid = Grid()
    grid.add_column("measure")
    for heading in standing.headings:
        grid.add_column(heading, justify="right", overflow="fold")
    for measure in standing.measures:
        grid.add_row(measure.item, *(show(v.value, v.unit) for v in measure.values))
    if standing.measures:
        console.print(grid)
    if output is not None:
        from openvbc.report.facility_page import write_facility_html

        console.print(f"written to {write_facility_html(settlement, standing, output)}")
