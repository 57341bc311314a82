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
from openvbc.commands.terminal import say

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
    """Settle result files and compare with what they print, line by line.

    Exit status: 0 everything agrees or differs for a reason the file bears out; 1 something differs
    without one; 3 rows were set aside; 4 nothing could be compared.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.progress import Steps
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_rows
    from openvbc.commands.terminal import terminal
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
    console = terminal()
    if not quiet:
        _print_scores(verification, console)
    _print_differences(verification, console)
    if not quiet or not verification.scores:
        _print_not_compared(verification, console)
    print_rows(settlement, console, quiet=quiet)
    if output is not None and missing and not quiet:
        say(missing)
    leave(
        differs=verification.unexplained > 0,
        set_aside=bool(settlement.set_aside),
        not_reliable=not verification.scores,
    )


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


EXAMPLES = 5
"""Differences of one cause that are shown; what has no reason is shown four times as often."""


def _print_differences(verification: Verification, console: Console) -> None:
    """Differences by line and cause, those without a reason first, with examples of each."""
    for score in verification.scores:
        causes: dict[tuple[bool, str], list[Difference]] = {}
        for difference in score.differences:
            key = (difference.explained, difference.reason or "no reason known")
            causes.setdefault(key, []).append(difference)
        if causes:
            console.print(f"{score.label}: {len(score.differences):,} rows differ", style="bold")
        for (explained, reason), group in sorted(causes.items(), key=lambda cause: cause[0]):
            known = "explained" if explained else "UNEXPLAINED"
            console.print(f"  {len(group):,} {known}: {reason}", markup=False, highlight=False)
            most = EXAMPLES if explained else 4 * EXAMPLES
            for difference in group[:most]:
                console.print(f"    {_in_words(difference)}", markup=False, highlight=False)
            if len(group) > most:
                console.print(f"    and {len(group) - most:,} more", markup=False)


def _print_not_compared(verification: Verification, console: Console) -> None:
    labels: dict[str, list[str]] = {}
    for line in verification.not_compared:
        labels.setdefault(line.reason, []).append(line.label)
    for reason, line_labels in labels.items():
        words = f"not compared, because {reason}: {'; '.join(line_labels)}"
        console.print(words, markup=False, highlight=False)
    if not verification.scores:
        console.print("nothing could be compared with what was published", style="bold")


def _in_words(difference: Difference) -> str:
    contract = difference.contract
    named = (contract.identifier, str(contract.year), contract.group, difference.item)
    return (
        f"{' '.join(part for part in named if part)}: computed {_plain(difference.computed)}, "
        f"published {_plain(difference.published)}{_where(difference)}"
    )


def _where(difference: Difference) -> str:
    place = difference.place
    return f" ({place.file}:{place.line})" if place.file and place.line else ""


def _plain(value: object) -> str:
    """A value with all the digits it is told by, at most twelve decimals."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return f"{round(value, 12).normalize():,f}".replace("-", "\N{MINUS SIGN}")
    return "none" if value is None else str(value)
