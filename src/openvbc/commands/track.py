"""``vbc track``: how the year is going against the benchmark, as of the last payment known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as Grid

    from openvbc.programs.mssp.tracking import Tracked


def track(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
) -> None:
    """Show spending against the benchmark by month, enrollment type and service category."""
    from openvbc.commands.terminal import terminal
    from openvbc.programs.mssp import tracking as tracking
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
    console = terminal()
    console.print(f"As of {found.as_of}")
    console.print(_grid("By month", [*found.months, found.total]))
    console.print(_grid("By enrollment type", found.enrollment_types))
    console.print(_grid("By service category", found.categories))
    console.print(
        "months: person-months. growth: what payments of that age have still grown by. a year: "
        "spending a person-year after that growth. below: benchmark less spending. Nothing is cut "
        "off at the truncation threshold, which needs the whole year."
    )


def _grid(title: str, rows: Sequence[Tracked]) -> Grid:
    from rich import box
    from rich.table import Table as Grid

    from openvbc.report.format import show

    grid = Grid(title=title, box=box.SIMPLE, padding=(0, 1), pad_edge=False)
    grid.add_column("", no_wrap=True)
    headings = ["months", "paid", "growth", "a year"]
    if rows[0].benchmark is not None:
        headings += ["benchmark", "below"]
    for heading in headings:
        grid.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        expected, actual = row.benchmark_per_capita, row.per_capita
        cells = [
            f"{row.person_months:,}",
            show(row.paid, "USD"),
            f"{row.completed / row.paid:.3f}" if row.paid else "",
            show(actual, "USD"),
        ]
        if expected is not None and actual is not None:
            cells += [show(expected, "USD"), show(expected - actual, "USD")]
        grid.add_row(row.name.lower().replace("_", " ") or "all", *cells)
    return grid
