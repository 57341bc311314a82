"""``vbc check``: what is wrong with the data, how much, which claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.claims.checks import CheckResult
    from openvbc.claims.report import StoreReport
    from openvbc.commands.run_progress import Bars

_MEMORY = "2GB"
"""What the checks may hold; beyond it the engine writes to the store's own private folder."""


def check(
    project: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    output: Annotated[
        Path | None, typer.Option(help="Also write the findings to this CSV file.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 on warnings too, not only on errors.")
    ] = False,
) -> None:
    """Say what is wrong with the data: files, rows set aside, claims, gaps.

    Exit code 0: nothing wrong; 1: an error was found (with --strict, or a warning); 2: the data
    could not be read at all; 3: no error, but rows were set aside.
    """

    from openvbc.claims.checks import claim_checks, worst_first
    from openvbc.commands.leave import leave
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import terminal
    from openvbc.commands.which_run import project_of
    from openvbc.engine.duckdb import DuckDBEngine
    from openvbc.errors import ContractError
    from openvbc.project import Project

    console = terminal()
    with Bars(console) as bars:
        try:
            read = Project(project_of(project))
        except ContractError as refused:
            _show_files_alone(console, project_of(project), bars)
            raise refused
        report = read.build_store(bars.said)
    with DuckDBEngine(memory_limit=_MEMORY, scratch=report.folder) as engine:
        results = worst_first([*read.data_checks(report), *claim_checks(engine, report)])
    _show(console, report, results)
    if output is not None:
        _write(output, results)
    failing = ("error", "warning") if strict else ("error",)
    failed = any(result.severity in failing for result in results)
    leave(differs=failed, set_aside=report.lost > 0)


def _show_files_alone(console: Console, project: Path, bars: Bars) -> None:
    """What can be said of the files while the contract is not right; nothing if they cannot be."""
    from openvbc.claims.checks import worst_first
    from openvbc.claims.data_notes import data_checks
    from openvbc.errors import OpenvbcError
    from openvbc.project import Project

    try:
        read = Project(project, files_alone=True)
        report = read.build_store(bars.said)
    except OpenvbcError:
        return
    _show(console, report, worst_first(data_checks(report)))
    console.print("The contract is not right yet; what its years need was not looked for.")


def _show(console: Console, report: StoreReport, results: list[CheckResult]) -> None:
    from rich.table import Table as Grid

    records = sum(entry.records for entry in report.waterfall)
    used = sum(entry.used for entry in report.waterfall)
    console.print(
        f"{len(report.waterfall)} files: {records:,} rows in = {used:,} used + "
        f"{records - used:,} set aside",
        highlight=False,
    )
    for year, source in sorted(report.enrollment_sources.items()):
        console.print(f"{year}: months of coverage from {source}", highlight=False)
    if results:
        grid = Grid(title=f"Findings: {len(results)}")
        for heading in ("", "what", "how many", "where", "what to do"):
            grid.add_column(
                heading, justify="right" if heading == "how many" else "left", overflow="fold"
            )
        for result in results:
            grid.add_row(
                result.severity, result.message, f"{result.count:,}", result.places, result.action
            )
        console.print(grid)
        if any(result.claims for result in results):
            console.print("Which claims: --output FILE, which only you can read.", highlight=False)
    else:
        console.print("Nothing wrong was found.")
    for gap in report.gaps:
        count = "" if gap.count is None else f" ({gap.count:,})"
        console.print(f"Gap: {gap.name}{count}: {gap.detail}.", highlight=False, soft_wrap=True)


def _write(path: Path, results: list[CheckResult]) -> None:
    from openvbc.claims.checks import as_rows
    from openvbc.engine.csv_file import write_csv

    names = ["severity", "check", "what", "count", "where", "claims", "what_to_do", "citation"]
    write_csv(path, as_rows(results), names)
