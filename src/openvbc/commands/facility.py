"""``vbc facility``: one facility's own page from the published files of a program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import Overlays, PublishedFiles, program_options
from openvbc.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.published.facility_standing import FacilityStanding
    from openvbc.programs.settlement import Settlement

BORDER = 3
"""Columns a cell takes besides its text."""


def facility(
    files: PublishedFiles,
    contract: Annotated[str, typer.Option(help="CCN, contract or provider number.")],
    program: Annotated[
        list[str] | None,
        typer.Option(
            help="The program, for example hrrp; may be repeated; else told by the files."
        ),
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="Year, where the files do not tell it.")
    ] = None,
    overlay: Overlays = None,
    output: Annotated[Path | None, typer.Option(help="Also write the page as HTML.")] = None,
) -> None:
    """Show where a facility stands on each measure, over one program or several, and what a step
    better is worth.

    Exit status: 0 every row was settled; 3 some were set aside, each listed with its reason.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.summary import print_rows
    from openvbc.commands.terminal import terminal
    from openvbc.format import show

    pages, unsettled = _pages(files, program or [], contract, year, overlay or [])
    console = terminal()
    for settlement, standing in pages:
        console.print(f"{standing.contract.name or contract} · {settlement.title}")
        for label, value in standing.results:
            if value.value is not None:
                console.print(f"  {label}: {show(value.value, value.unit)}", highlight=False)
        _print_measures(standing, console)
    for said in unsettled:
        console.print(f"note: {said}", markup=False, highlight=False)
    for settlement, _ in pages:
        print_rows(settlement, console, quiet=True)
    if output is not None:
        from openvbc.report.facility_page import write_facility_html

        console.print(f"written to {write_facility_html(pages, output)}")
    leave(set_aside=any(settlement.set_aside for settlement, _ in pages))


def _pages(
    files: Sequence[Path],
    asked: Sequence[str],
    contract: str,
    year: int | None,
    overlays: Sequence[Path],
) -> tuple[list[tuple[Settlement, FacilityStanding]], list[str]]:
    """The facility in each program of the files; and the programs that did not settle it."""
    from openvbc.programs.published.facility_standing import facility_standing
    from openvbc.programs.published.files_by_program import files_by_program
    from openvbc.programs.registry import program as program_named

    told = {asked[0]: list(files)} if len(asked) == 1 else files_by_program(files, asked)
    pages, unsettled = [], []
    for name, own in told.items():
        overlaid = [path for path in overlays if len(told) == 1 or _is_for(path, name)]
        settlement = (
            program_named(name).published_program().settle(own, overlaid, program_options([], year))
        )
        try:
            pages.append((settlement, facility_standing(settlement, contract)))
        except InputError as error:
            if len(told) == 1:
                raise
            unsettled.append(f"{settlement.title}: {error.what}")
    if not pages:
        raise InputError(
            f"{contract} was settled in no program: {'; '.join(unsettled)}",
            action="see the rows set aside for the reason, or check the number",
            code="VBC-1012",
        )
    return pages, unsettled


def _is_for(overlay: Path, program: str) -> bool:
    """Whether an overlay names the program as its baseline."""
    from openvbc.rules.exact_yaml import read_yaml, text_of_yaml

    content = read_yaml(text_of_yaml(overlay), overlay.name)
    baseline = content.get("baseline") if isinstance(content, dict) else None
    return str(baseline).replace("-", "_") == program.replace("-", "_")


def _print_measures(standing: FacilityStanding, console: Console) -> None:
    """A row a measure; where the terminal is too narrow for that, a block a measure."""
    from rich.table import Table

    from openvbc.format import show

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
