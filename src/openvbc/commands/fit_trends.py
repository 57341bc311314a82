"""``vbc fit-trends``: recover the national trend factors behind published historical benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fit_trends(
    files: Annotated[list[Path], typer.Argument(help="Results files that print benchmark years.")],
    output: Annotated[
        Path | None, typer.Option(help="Write the factors here, to be given back as an input.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="Performance year, if no file tells it.")
    ] = None,
) -> None:
    """Recover CMS's national trend factors for each agreement start in the files.

    Exit status: 0 every row was read; 3 some could not be, each reason with its count.
    """
    import statistics

    from rich.table import Table

    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import terminal
    from openvbc.errors import EmptyResult
    from openvbc.programs.mssp.historical_benchmark import TOLERANCE, read_all
    from openvbc.programs.mssp.trend_fit import UNKNOWNS, fit_trends, write_trends
    from openvbc.rules.load import load_rules

    rows, set_aside = read_all(files, year)
    fit = fit_trends(rows, load_rules("mssp"))
    unread = bool(set_aside)
    set_aside += fit.set_aside
    if not fit.cohorts:
        raise EmptyResult(
            "no national-trend cohort is large enough to fit",
            rule="; ".join(sorted({str(aside) for aside in set_aside})[:3]) or None,
            action="give results files of PY2014 to PY2018, which print the benchmark years",
            code="VBC-6002",
        )
    console = terminal()
    table = Table(title=f"National trend factors ({len(UNKNOWNS)} a cohort)", show_lines=False)
    for heading in (
        "year", "agreement start", "number", "ACOs", "median error", "largest error",
        "left out: median", f"left out: within ${TOLERANCE}", "trend factors",
    ):  # fmt: skip
        table.add_column(heading, justify="right", overflow="fold")
    for cohort in fit.cohorts.values():
        errors = [abs(each) for each in cohort.residuals]
        left_out = [abs(each) for each in cohort.left_out]
        within = sum(each <= TOLERANCE for each in left_out)
        table.add_row(
            str(cohort.performance_year), str(cohort.agreement_start),
            str(cohort.agreement_number), str(cohort.acos),
            f"${statistics.median(errors):.2f}", f"${max(errors):.2f}",
            f"${statistics.median(left_out):.2f}", f"{within} of {cohort.acos}",
            " ".join(f"{factor:.3f}" for factor in cohort.factors.values()),
        )  # fmt: skip
    console.print(table)
    console.print(
        "Factors in the order ESRD, disabled, aged/dual, aged/non-dual, each for benchmark year 1 "
        "and 2. 'Left out': each ACO predicted by trends fitted without it."
    )
    reasons: dict[str, int] = {}
    for aside in set_aside:
        reasons[aside.reason] = reasons.get(aside.reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        console.print(f"not used: {count} ({reason})")
    if output is not None:
        write_trends(fit.cohorts.values(), output)
        console.print(f"factors written to {output}")
    leave(set_aside=unread)
