"""``vbc simulate``: what a settled contract could earn or owe, over many scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import Overlays
from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from openvbc.programs.listing import Listing
    from openvbc.programs.simulation import Choices, Scenarios, Simulated, WhichRow


def simulate(
    run: Annotated[
        Path, typer.Argument(help="A project, the folder of a run, or a book of contracts.")
    ],
    contract: Annotated[str | None, typer.Option(help="For example A1234.")] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="Where a contract has several years.")
    ] = None,
    item: Annotated[
        str | None, typer.Option(help="Which performance year, where a contract has two in a year.")
    ] = None,
    expenditure_trend: Annotated[
        str | None, typer.Option(help="Factor on expenditures, for example 0.97..1.03.")
    ] = None,
    risk_ratio: Annotated[
        str | None, typer.Option(help="Factor on the benchmark, for example 0.99..1.03.")
    ] = None,
    quality_score: Annotated[
        str | None, typer.Option(help="Quality score, for example 0.60..0.95.")
    ] = None,
    volume: Annotated[
        str | None, typer.Option(help="Factor on episodes, for example 0.8..1.2.")
    ] = None,
    discount: Annotated[
        str | None, typer.Option(help="Of bundles: discount of the targets, as 0.01..0.03.")
    ] = None,
    readmissions: Annotated[
        str | None, typer.Option(help="Of bundles: factor on readmissions, as 0.8..1.0.")
    ] = None,
    skilled_nursing_days: Annotated[
        str | None, typer.Option(help="Of bundles: factor on skilled nursing, as 0.8..1.0.")
    ] = None,
    categories: Annotated[
        str | None, typer.Option(help="Of bundles: only these, with semicolons between.")
    ] = None,
    quality_score_run: Annotated[
        Path | None,
        typer.Option(help="Of Shared Savings: folder of 'quality-score'; one more closed gap."),
    ] = None,
    scenarios: Annotated[int, typer.Option(help="How many.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Same seed, same scenarios.")] = 1,
    elections: Annotated[
        bool, typer.Option(help="Compare every election there is (minimum savings rates, tracks).")
    ] = True,
    what_if: Annotated[
        Path | None,
        typer.Option(help="Of a book: contracts dropped, terms changed; of a capitation: terms."),
    ] = None,
    overlay: Overlays = None,
    output: Annotated[
        Path | None, typer.Option(help="Write a report (HTML) here; of choices also .csv.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Simulate a settled contract or a book: spread and odds of what is earned or owed."""
    from openvbc.commands.simulate_book import is_book
    from openvbc.commands.which_run import folder_of_run
    from openvbc.programs.simulation import Choices, Scenarios, WhichRow, parse_range

    run = run if run.is_file() and is_book(run) else folder_of_run(run)
    ranges = {"expenditure-trend": expenditure_trend, "risk-ratio": risk_ratio}
    ranges |= {"quality-score": quality_score, "volume": volume, "discount": discount}
    ranges |= {"readmissions": readmissions, "skilled-nursing-days": skilled_nursing_days}
    given = {
        name.replace("-", "_"): None if text is None else parse_range(text, name)
        for name, text in ranges.items()
    }
    chosen = Scenarios(scenarios, seed, **given)
    which = WhichRow(contract, year, item)
    named = tuple(part.strip() for part in (categories or "").split(";") if part.strip())
    choices = Choices(tuple(overlay or ()), elections, what_if, named)
    if quality_score_run is not None:
        _refuse_beside_gaps(chosen.varies, bool(overlay or what_if or categories), not elections)
        _tell_gaps(run, quality_score_run, which, output, quiet)
        return
    if not chosen.varies and _told_choices(run, which, choices, output, quiet):
        return
    simulated = _simulated(run, which, chosen, choices, quiet)
    if simulated is None:
        return
    if not quiet:
        _print(simulated, chosen)
        for caveat in simulated.caveats:
            say(caveat)
    if output is not None:
        from openvbc.report.simulation_page import write_simulation_html

        write_simulation_html(simulated, chosen, output)
        if not quiet:
            say(f"written to {output}")


def _refuse_beside_gaps(*others: bool) -> None:
    """Closed gaps are priced by the settlement as it stands; nothing else is varied beside them."""
    from openvbc.errors import InputError

    if any(others):
        raise InputError(
            "--quality-score-run stands with no range, overlay, choice or what-if",
            rule="what a closed gap is worth is told of the settlement as it stands",
            action="leave the other options out, or ask for them in a run of their own",
            code="VBC-1149",
        )


def _tell_gaps(
    run: Path, score_run: Path, which: WhichRow, output: Path | None, quiet: bool
) -> None:
    """Tell what one more closed gap of each measure is worth."""
    from openvbc.commands.terminal_listing import print_listing_and_lead
    from openvbc.programs.mssp.closed_gaps import worth_of_closed_gaps

    worth = worth_of_closed_gaps(run, score_run, which)
    if not quiet:
        print_listing_and_lead(worth)
    _write_listing(worth, output, quiet)


def _write_listing(listing: Listing, output: Path | None, quiet: bool) -> None:
    """Write a listing as CSV or as a page, where a file is named."""
    from openvbc.programs.listing import write_csv
    from openvbc.report.listings import listing_section
    from openvbc.report.page import Page, write

    if output is None:
        return
    if output.suffix.lower() == ".csv":
        write_csv(listing, output)
    else:
        write(Page(listing.title, "Simulation", [listing_section(listing)]), output)
    if not quiet:
        say(f"written to {output}")


def _told_choices(
    run: Path, which: WhichRow, chosen: Choices, output: Path | None, quiet: bool
) -> bool:
    """Tell what single choices are worth, where the program knows them; whether it does."""
    from dataclasses import replace

    from openvbc.commands.simulate_book import is_book
    from openvbc.commands.terminal_listing import print_listing_and_lead
    from openvbc.engine.manifest import Manifest
    from openvbc.programs.registry import program
    from openvbc.programs.simulation import Chooses

    if is_book(run):
        return False
    simulation = program(Manifest.read(run).program).simulated()
    if not isinstance(simulation, Chooses):
        return False
    table = simulation.choices(run, which, chosen)
    if not quiet:
        print_listing_and_lead(replace(table, rows=table.rows[:MOST_CHOICES]))
        say(f"{len(table.rows):,} choices, the first {min(len(table.rows), MOST_CHOICES)} shown")
    _write_listing(table, output, quiet)
    return True


MOST_CHOICES = 20
"""Choices that are printed."""


def _simulated(
    run: Path,
    which: WhichRow,
    chosen: Scenarios,
    choices: Choices,
    quiet: bool,
) -> Simulated | None:
    """The outcomes of a run or a book; None where a what-if without ranges was printed."""
    from openvbc.commands.progress import Steps
    from openvbc.commands.simulate_book import is_book, simulate_book
    from openvbc.engine.manifest import Manifest
    from openvbc.errors import InputError
    from openvbc.programs.registry import program

    if is_book(run):
        return simulate_book(run, which, chosen, choices, quiet)
    simulation = program(Manifest.read(run).program).simulated()
    if choices.what_if is not None and not getattr(simulation, "takes_terms", False):
        raise InputError(
            "a what-if is of a book of contracts, or of a capitation",
            action="name the folder of the book; for one run lay rules over it (--overlay)",
            code="VBC-9033",
        )
    with Steps(quiet) as steps:
        steps.begin(f"{chosen.count:,} scenarios for each election")
        return simulation.run(run, which, chosen, choices)


def _print(simulated: Simulated, scenarios: Scenarios) -> None:
    from rich.table import Table

    from openvbc.commands.terminal import (
        NumberColumn,
        add_number_columns,
        print_left_out,
        terminal,
    )
    from openvbc.report.simulation_page import LEFT_OUT_FIRST, in_words, outcomes_grid

    grid = outcomes_grid(simulated)
    console = terminal()
    table = Table(title=simulated.title, caption=in_words(scenarios))
    named = grid.columns[0]
    table.add_column(named, no_wrap=True)
    columns = [
        NumberColumn(
            heading,
            [str(row[number]) for row in grid.rows],
            2 if heading in LEFT_OUT_FIRST else 1,
        )
        for number, heading in enumerate(grid.columns[1:], start=1)
    ]
    widest = max(len(named), *(len(str(row[0])) for row in grid.rows))
    shown = add_number_columns(table, columns, console.width - widest - 5)
    for number, row in enumerate(grid.rows):
        table.add_row(str(row[0]), *(column.cells[number] for column in shown))
    console.print(table)
    left_out = [each.heading for each in columns if each not in shown]
    print_left_out(console, left_out, " and in the report of --output")
