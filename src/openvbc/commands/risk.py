"""``vbc risk``: a project's risk scores, its gaps, and what closing them would do in dollars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from rich.console import Console


MEANS = {
    "calendar_year": "year",
    "enrollment_type": "text",
    "people": "count",
    "mean_score": "factor",
    "mean_demographic_score": "factor",
}
CAPS = {
    "enrollment_type": "text",
    "risk_growth": "factor",
    "risk_adjustment": "factor",
    "cap_binds": "flag",
}
GAPS = {
    "kind": "text",
    "diagnosis_code": "text",
    "condition": "text",
    "gaps": "count",
    "mean_value": "factor",
}
CLOSING = {
    "scenario": "text",
    "total_benchmark": "USD",
    "benchmark_change": "USD",
    "settlement_change": "USD",
}
"""Columns of each table, with their units."""


def risk(
    project: Annotated[Path, typer.Argument(help="A project, or the folder of a run.")],
    output: Annotated[
        Path | None, typer.Option(help="Folder for the tables as CSV; 'risk' in the run.")
    ] = None,
) -> None:
    """Review a project's risk: scores, gaps to capture again, suspects, tiers, dollars.

    Exit status: 3 where rows of the files were set aside; 'vbc check' lists them.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import project_of, run_apart
    from openvbc.errors import InputError
    from openvbc.programs.risk.write_review import claim_review, write_review
    from openvbc.project import Project

    if output is not None:
        claim_review(output)
    read = Project(project_of(project))
    report, folder = read.review_risk(output, run_folder=run_apart(project))
    if report is None:
        raise InputError("the program of this project has no risk review", code="VBC-125")
    written = write_review(report, folder)
    console = terminal()
    _grid(console, "Mean renormalized risk score of the assigned people", report.mean_scores, MEANS)
    _grid(console, "Risk growth to the performance year, and its cap", report.caps, CAPS)
    if report.exposure is not None:
        console.print(f"{len(report.exposure.gaps):,} open gaps in {report.exposure.payment_year}")
        _grid(console, "Most valuable gaps", report.exposure.by_diagnosis[:10], GAPS)
        _grid(console, "If every gap were closed", report.closing, CLOSING)
    for note in report.notes:
        console.print(f"- {note}", highlight=False)
    console.print(f"{len(written)} tables written to {folder}", highlight=False)
    if lost := read.build_store().lost:
        console.print(f"{lost:,} rows were set aside; 'vbc check' lists them", highlight=False)
    leave(set_aside=lost > 0)


def _grid(
    console: Console, title: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]
) -> None:
    """A table; `columns` are names and the units they are shown in."""
    from rich.table import Table as Grid

    from openvbc.format import show

    grid = Grid(title=title)
    for column in columns:
        grid.add_column(column.replace("_", " "))
    for row in rows:
        grid.add_row(*(show(row[column], unit) for column, unit in columns.items()))
    console.print(grid)
