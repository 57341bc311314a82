"""``vbc measure-report``: read what a FHIR report of value-based care states."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def measure_report(
    file: Annotated[
        Path, typer.Argument(help="JSON: MeasureReport, Bundle, Parameters or attribution list.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(help="CSV of every value of the file, one a row; it may be about people."),
    ] = None,
) -> None:
    """Read a report of others in FHIR (VBPR, DEQM, Risk Adjustment, ATR)."""
    from openvbc.commands.terminal import say
    from openvbc.errors import EmptyResult
    from openvbc.format import show
    from openvbc.programs.listing import write_csv
    from openvbc.programs.quality.handover.contents import metric_listing, report_listing

    whole = report_listing(file)
    try:
        metrics = metric_listing(file)
    except EmptyResult:
        if output is None:
            raise
        say("no MeasureReport with a group; every value is in the list")
    else:
        say(f"{metrics.title}: {len(metrics.rows)}")
        for row in metrics.rows:
            cells = (show(v, f.unit) for v, f in zip(row[1:], metrics.fields[1:], strict=True))
            say("  " + "  ".join(cell for cell in cells if cell))
    if output is not None:
        write_csv(whole, output)
        say(f"{len(whole.rows):,} values written to {output}")
