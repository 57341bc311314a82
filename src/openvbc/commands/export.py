"""``vbc export``: a run as one database file, or as CSV, for business intelligence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    duckdb: Annotated[
        Path | None, typer.Option("--duckdb", help="Write one DuckDB database here.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every table as CSV into this folder.")
    ] = None,
    lineage: Annotated[
        Path | None,
        typer.Option(
            "--lineage",
            help="Write which tables, lists and rules each table is made from: .csv, .mmd or .md.",
        ),
    ] = None,
) -> None:
    """Export a run's tables, settlement and data dictionary; docs/bi.md tells how BI tools read it.

    Tables name people: guard them like claims. The map of --lineage does not.
    """
    from openvbc import export as exported
    from openvbc.commands.terminal import say
    from openvbc.commands.which_run import folder_of_run
    from openvbc.errors import InputError
    from openvbc.run import Run

    if duckdb is None and csv is None and lineage is None:
        raise InputError(
            "where to? nothing was named",
            action="vbc export RUN --duckdb run.duckdb, --csv FOLDER or --lineage map.mmd",
            code="VBC-19022",
        )
    opened = Run.open(folder_of_run(run))
    if duckdb is not None:
        made = exported.export_duckdb(opened, duckdb)
        say(f"{duckdb}: {len(made)} tables and views; names people, guard it like claims")
    if csv is not None:
        made = exported.export_csv(opened, csv)
        say(f"{csv}: {len(made)} files; names people, guard it like claims")
    if lineage is not None:
        from openvbc.lineage import export_lineage

        lineage_map = export_lineage(opened, lineage)
        say(f"{lineage}: where {len(lineage_map.origins)} tables come from")
