"""``vbc quality``: clinical measures from charts of one practice or several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openvbc.programs.quality.quality_run import QualityRun


def quality(
    charts: Annotated[
        Path,
        typer.Argument(
            help="Folder of FHIR R4 files; each folder in it is a practice (tax number)."
        ),
    ],
    year: Annotated[int, typer.Option(min=1900, max=9999, help="Calendar year measured.")],
    value_sets: Annotated[
        list[Path] | None,
        typer.Option(help="File or folder of your value sets; may be given several times."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("quality"),
    measure: Annotated[
        list[str] | None, typer.Option(help="Only this measure, for example 236; may be repeated.")
    ] = None,
    own_measures: Annotated[
        Path | None, typer.Option(help="Folder of your own measures (YAML and SQL).")
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(help="Folder of a claim store: its diagnoses, visits and procedures count."),
    ] = None,
    cql: Annotated[
        Path | None,
        typer.Option(help="Instead: a CQL package of yours (FHIR bundle), for small populations."),
    ] = None,
    node_modules: Annotated[
        Path | None,
        typer.Option(help="With --cql: the folder in which fqm-execution is installed."),
    ] = None,
    join: Annotated[
        bool, typer.Option(help="Join patients of different practices who are one person.")
    ] = True,
) -> None:
    """Compute clinical measures from charts: rates, gaps, who is left out and why.

    Exit status: 0 every resource of a type that is used was used; 3 some were set aside.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal
    from openvbc.errors import InputError
    from openvbc.programs.quality.quality_run import run_quality

    if cql is not None:
        _package(cql, charts, year, node_modules, output)
        return
    if not value_sets:
        raise InputError(
            "measures cannot be computed without value sets",
            rule="they are loaded by you, under your own licences; none is shipped",
            action="give --value-sets FOLDER",
            code="VBC-1117",
        )
    with Bars(progress_terminal()) as bars:
        run = run_quality(
            charts, value_sets, year, output, numbers=measure or (), own_measures=own_measures,
            claims=claims, join=join, say=lambda said: bars.said(said, None), progress=bars.step,
        )  # fmt: skip
    _print(run)
    leave(set_aside=run.store.lost > 0)


def _package(cql: Path, charts: Path, year: int, modules: Path | None, output: Path) -> None:
    """Compute a CQL package by the engine the user installed."""
    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import say
    from openvbc.format import show
    from openvbc.programs.quality.cql_package import reasons, run_package

    run = run_package(cql, charts, year, modules, output)
    rates = run.listings[0]
    say(rates.title)
    cells = zip(rates.rows[0], rates.fields, strict=True)
    say("  " + "; ".join(f"{f.label} {show(v, f.unit)}" for v, f in cells))
    used = run.resources - sum(run.set_aside.values())
    say(f"{run.resources:,} resources: {used:,} used, {run.resources - used:,} set aside")
    for each in reasons(run):
        say(each)
    say(f"written to {output}/")
    leave(set_aside=bool(run.set_aside))


def _print(run: QualityRun) -> None:
    from rich.table import Table as Grid

    from openvbc.commands.terminal import say, terminal
    from openvbc.format import show

    console = terminal()
    listing = run.listing("rates")
    heads = ("Measure", "Denominator", "Left out", "Excepted", "Numerator", "Rate", "Gaps", "Note")
    grid = Grid(title=listing.title)
    places = [[field.label for field in listing.fields].index(head) for head in heads]
    for head in heads:
        grid.add_column(head, justify="left" if head in ("Measure", "Note") else "right")
    for row in listing.rows:
        grid.add_row(*(show(row[at], listing.fields[at].unit) for at in places))
    console.print(grid)
    store = run.store
    records = sum(rows.records for rows in store.waterfall)
    used = sum(rows.used for rows in store.waterfall)
    say(
        f"{store.persons:,} persons ({store.patients:,} patients of practices); {records:,} "
        f"resources: {used:,} used, {records - used:,} set aside"
    )
    for note in run.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    say(f"written to {run.folder}/")
