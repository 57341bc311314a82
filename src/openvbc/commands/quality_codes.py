"""``vbc quality-codes``: measures that practices report by quality-data codes on claims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quality_codes(
    store: Annotated[Path, typer.Argument(help="Folder of a claim store.")],
    definitions: Annotated[
        Path, typer.Option(help="measures-data.json of the year, as CMS publishes it.")
    ],
    year: Annotated[int, typer.Option(min=1900, max=9999, help="Calendar year measured.")],
    measure: Annotated[
        list[str] | None, typer.Option(help="Only this measure, for example 236; may be repeated.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path(
        "quality-codes"
    ),
) -> None:
    """Estimate clinical measures from quality-data codes on claims, and who has none."""
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal, say, terminal
    from openvbc.format import show
    from openvbc.programs.quality.quality_codes import rates_from_codes

    with Bars(progress_terminal()) as bars:
        run = rates_from_codes(
            store, definitions, year, output, numbers=measure or (), progress=bars.step
        )
    rates, nothing = run.listings
    say(rates.title)
    for row in rates.rows:
        cells = [f"{f.label} {show(v, f.unit)}" for v, f in zip(row, rates.fields, strict=True)]
        say("  " + "; ".join(cells[:1] + cells[3:11]))
    say(f"{len(nothing.rows):,} gaps: eligible people for whom nothing was reported")
    for note in run.notes:
        terminal().print(f"- {note}", highlight=False, markup=False)
    say(f"written to {output}/")
