"""``vbc handover``: results as QRDA III, QPP submission, MeasureReports or performance report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Form = Literal["qrda3", "qpp", "summary", "individual", "gaps", "vbp"]


def handover(
    run: Annotated[
        Path, typer.Argument(help="Folder of a quality run; for vbp, of a run that settled.")
    ],
    form: Annotated[
        Form,
        typer.Option(
            help="QRDA category III, QPP submission, MeasureReports (summary, individual, gaps), "
            "or a settlement's performance report (Da Vinci VBPR)."
        ),
    ],
    name: Annotated[str, typer.Option(help="Name of the organization or clinician.")],
    identifier: Annotated[
        str, typer.Option(help="Taxpayer number, or identifier of the APM entity or other group.")
    ] = "",
    kind: Annotated[
        Literal["individual", "group", "virtual-group", "subgroup", "apm-entity"],
        typer.Option(help="Who reports."),
    ] = "apm-entity",
    pathway: Annotated[
        Literal["mips", "app", "app-plus"], typer.Option(help="Under which set.")
    ] = "app-plus",
    npi: Annotated[str, typer.Option(help="Of an individual.")] = "",
    certification: Annotated[
        str, typer.Option(help="CMS EHR certification identifier, 15 letters and digits.")
    ] = "",
    identifiers: Annotated[
        Path | None,
        typer.Option(help="CSV: measure, population, and the identifier it was published with."),
    ] = None,
    payer: Annotated[
        str, typer.Option(help="Who reports the performance; the organization itself if not given.")
    ] = "",
    output: Annotated[Path, typer.Option(help="Folder it is written into.")] = Path("handover"),
) -> None:
    """Hand over results: QRDA III, a QPP submission, MeasureReports, a performance report."""
    import datetime as dt

    from openvbc.commands.terminal import say
    from openvbc.programs.quality.handover.handing_over import hand_over
    from openvbc.programs.quality.handover.submitter import Submitter
    from openvbc.programs.quality.handover.vbp_report import write_performance_reports

    if form == "vbp":
        path, reports = write_performance_reports(
            run, output, name, payer or name, dt.datetime.now(dt.UTC)
        )
        say(f"{reports:,} written to {path}")
        return
    submitter = Submitter(kind, pathway, name, identifier, npi, certification)
    done = hand_over(run, form, output, submitter, identifiers=identifiers)
    say(f"{done.resources:,} written to {done.path}")
    for note in done.notes:
        say(f"- {note}")
