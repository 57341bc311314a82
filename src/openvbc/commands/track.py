"""``vbc track``: how the year is going against the benchmark, as of the last payment known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as Grid

    from openvbc.programs.tracking import Tracked


def track(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
) -> None:
    """Show spending against the benchmark by month, enrollment type and service category."""
    from rich.console import Console

    from openvbc.programs import tracking
    from openvbc.programs.stored_run import StoredRun
    from openvbc.run import Run

    opened = Run.open(run)
    (row,) = StoredRun(run).rows("detail_benchmark", None, None)
    prefix = "updated_benchmark_"
    kinds = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
    found = tracking.track(
        {name: opened.table(name).rows() for name in tracking.TABLES},
        {kind: row.values[prefix + kind.lower()] for kind in kinds},
        next(p["known_by"] for p in opened.periods if p["period"] == "PY"),
    )
    console = Console()
    console.print(f"As of {found.as_of}: what was known by then, recent months completed.")
    console.print(_grid("By month", [*found.months, found.total]))
    console.print(_grid("By enrollment type", found.enrollment_types))
    console.print(_grid("By service category", found.categories))
    console.print(
        "Spending is not cut off at the truncation threshold, which needs the whole year."
    )


def _grid(title: str, rows: Sequence[Tracked]) -> Grid:
    from rich.table import Table as Grid

    from openvbc.report.format import show

    grid = Grid(title=title)
    grid.add_column("")
    for heading in (
        "person-months", "paid", "completed", "a person-year", "benchmark", "below (above)",
    ):  # fmt: skip
        grid.add_column(heading, justify="right")
    for row in rows:
        expected, actual = row.benchmark_per_capita, row.per_capita
        difference = None if expected is None or actual is None else expected - actual
        grid.add_row(
            row.name.lower().replace("_", " ") or "all",
            f"{row.person_months:,}",
            show(row.paid, "USD"),
            show(row.completed, "USD"),
            show(actual, "USD per capita"),
            show(expected, "USD per capita"),
            show(difference, "USD per capita"),
        )
    return grid
