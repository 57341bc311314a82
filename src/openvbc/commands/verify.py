"""``vbc verify``: hold a settlement against what was published, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import (
    Overlays,
    PerformanceYear,
    ProgramOptions,
    PublishedFiles,
    program_options,
)

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.programs.settlement import Difference, Verification


def verify(
    files: PublishedFiles,
    program: Annotated[str, typer.Option(help="The program, for example mssp.")],
    year: PerformanceYear = None,
    overlay: Overlays = None,
    option: ProgramOptions = None,
    output: Annotated[
        Path | None, typer.Option(help="Also write the run with its reports into this folder.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only lines that differ.")] = False,
) -> None:
    """Settle result files and compare with what they print; exit code 1 if something differs."""

    from openvbc.commands.progress import Steps
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_rows
    from openvbc.programs.registry import program as program_named
    from openvbc.programs.run_folder import write_run

    chosen = program_named(program).published_program()
    with Steps(quiet) as steps:
        steps.begin("settling")
        settlement = chosen.settle(files, overlay or [], program_options(option or [], year))
        steps.begin("comparing")
        verification = chosen.verify(settlement)
        if output is not None:
            steps.begin("writing the run")
            write_run(settlement, output)
            missing = write_reports(settlement, output, verification)
    from openvbc.commands.terminal import terminal

    console = terminal()
    if not quiet:
        _print_scores(verification, console)
    _print_differences(verification, console)
    if not quiet:
        print_rows(settlement, console)
        if output is not None and missing:
            typer.echo(missing)
    if any(not d.explained for score in verification.scores for d in score.differences):
        raise typer.Exit(1)


def _print_scores(verification: Verification, console: Console) -> None:
    from rich.table import Table

    grid = Table(title=f"{verification.settlement.title}, held against what was published")
    for heading in ("line", "tolerance"):
        grid.add_column(heading)
    for heading in ("rows", "agree", "explained", "unexplained"):
        grid.add_column(heading, justify="right", no_wrap=True)
    for score in verification.scores:
        left = score.rows - score.agree - score.explained
        grid.add_row(
            score.label, score.tolerance, f"{score.rows:,}", f"{score.agree:,}",
            str(score.explained or ""), str(left or ""),
            style="bold red" if left else "",
        )  # fmt: skip
    console.print(grid)


def _print_differences(verification: Verification, console: Console) -> None:
    for score in verification.scores:
        if score.differences:
            console.print(f"{score.label}: {len(score.differences)} rows differ", style="bold")
        for difference in score.differences:
            console.print(f"  {_in_words(difference)}", markup=False, highlight=False)


def _in_words(difference: Difference) -> str:
    contract = difference.contract
    known = "explained" if difference.explained else "UNEXPLAINED"
    reason = difference.reason or "no reason known"
    return (
        f"{contract.identifier} {contract.year} {contract.group}: computed "
        f"{_plain(difference.computed)}, published {_plain(difference.published)} "
        f"[{known}: {reason}]"
    )


def _plain(value: object) -> str:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return f"{round(value, 6).normalize():,f}"
    return "none" if value is None else str(value)
