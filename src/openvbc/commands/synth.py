"""``vbc synth``: make invented deliveries and the truth about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def synth(
    folder: Annotated[Path, typer.Argument(help="A new folder for the deliveries.")],
    people: Annotated[int, typer.Option(help="People in the deliveries.")] = 5000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    performance_year: Annotated[
        int, typer.Option(min=1900, max=9999, help="Performance year.")
    ] = 2024,
    agreement_start: Annotated[
        str, typer.Option(help="First day of the agreement.")
    ] = "2024-01-01",
    agreement_number: Annotated[int, typer.Option(help="1 is a first agreement period.")] = 2,
    assignment_method: Annotated[
        str, typer.Option(help="retrospective or prospective.")
    ] = "retrospective",
    track: Annotated[str, typer.Option(help="BASIC_A to BASIC_E, or ENHANCED.")] = "BASIC_E",
    light: Annotated[
        bool, typer.Option(help="Fewer and larger lines, for a quick demonstration.")
    ] = False,
    deliveries_per_year: Annotated[
        int, typer.Option(help="Claim deliveries a year, up to 12.")
    ] = 2,
) -> None:
    """Make deliveries of claims, reports and lists for an invented ACO, with the right answers."""
    from datetime import date

    from rich.progress import BarColumn, Progress, TextColumn

    from openvbc.commands.terminal import terminal
    from openvbc.errors import ContractError
    from openvbc.synth import Settings, generate

    try:
        start = date.fromisoformat(agreement_start)
    except ValueError:
        raise ContractError(
            f"{agreement_start!r} is not a date", action="write it as 2024-01-01", code="VBC-211"
        ) from None
    settings = Settings(
        people=people, seed=seed, performance_year=performance_year, agreement_start=start,
        agreement_number=agreement_number, assignment_method=assignment_method, track=track,
        light=light, deliveries_per_year=deliveries_per_year,
    )  # fmt: skip
    console = terminal()
    columns = (TextColumn("{task.description}", markup=False), BarColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("drawing people", total=1.0)
        made = generate(
            settings, folder, lambda text, done: bar.update(task, description=text, completed=done)
        )
    lines = sum(made.records[file] for file in "2567")
    console.print(
        f"{folder}: {people:,} people, {lines:,} claim lines, "
        f"{sum(made.records.values()):,} records"
    )
    shown = ", ".join(f"{period} {count:,}" for period, count in made.assigned.items())
    console.print(f"assigned, as far as the files show: {shown}")
    console.print(f"the right answers are in {folder / 'truth'}")
