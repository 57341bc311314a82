"""``vbc readmissions``: readmission cohorts and rates from an organization's own claims."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.terminal import say


def readmissions(
    store: Annotated[Path, typer.Argument(help="Folder of a claim store.")],
    lists: Annotated[
        list[Path], typer.Option(help="Folder of the code lists; may be given several times.")
    ],
    known_to: Annotated[
        dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of which claims are known.")
    ],
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path(
        "readmissions"
    ),
    report: Annotated[
        list[Path] | None,
        typer.Option(help="Hospital-specific report, for its coefficients; may be repeated."),
    ] = None,
    risk_factors: Annotated[
        Path | None, typer.Option(help="CSV: stay_id, measure and each risk factor of the report.")
    ] = None,
) -> None:
    """Build index stays and 30-day readmissions by hospital and measure.

    Exit status: 0 every row was used; 3 some were set aside, each listed with its reason.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.summary import print_summary
    from openvbc.engine.duckdb import DuckDBEngine
    from openvbc.engine.manifest import claim_run_folder
    from openvbc.programs.readmission.cohorts import build, store_tables
    from openvbc.programs.run_folder import write_run

    claim_run_folder(output)
    with DuckDBEngine(threads=2, scratch=output) as engine:
        cohorts = build(
            store_tables(store), lists, known_to.date(), output / "tables", engine,
            report or (), risk_factors,
        )  # fmt: skip
    write_run(cohorts.settlement, output)
    print_summary(cohorts.settlement)
    say(f"written to {output}/")
    leave(set_aside=bool(cohorts.settlement.set_aside))
