"""``vbc demo``: a book of worked contracts settled, and an invented ACO from claims to payment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.terminal import say

DEMO = "demo"
GENERATED = (
    "alr", "cclf", "electing_teaching_hospitals.csv", "eligibility.csv", "exclusions", "factors",
    "non_claims_payments.csv", "openvbc.yaml", "participants.csv", "provider_specialty.csv",
    "risk_scores.csv", "run", "store", "truth", "voluntary_alignment.csv",
)  # fmt: skip
"""Everything a demo has in its folder."""


def demo(
    output: Annotated[
        Path, typer.Option(help="Folder the results and reports are written into.")
    ] = Path("demo-output"),
    people: Annotated[int, typer.Option(help="People in the invented deliveries.")] = 5000,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Settle the worked contracts, and carry an invented ACO from raw claims to the payment."""
    from openvbc.synth import must_be_new

    remove_demo(output / "aco")
    must_be_new(output / "aco")
    settle_the_book(output / "book", quiet)
    run_an_invented_organisation(output / "aco", people, quiet)


def run_an_invented_organisation(folder: Path, people: int, quiet: bool) -> None:
    """Invent deliveries, run them from the raw files to the settlement, write the reports."""
    import time

    from openvbc.commands.run_progress import Bars
    from openvbc.commands.run_reports import write_run_reports
    from openvbc.commands.run_shown import shown_of
    from openvbc.commands.terminal import command_as_typed, terminal
    from openvbc.engine.own_folder import mark
    from openvbc.engine.private_files import private_folder
    from openvbc.project import Project
    from openvbc.synth import Settings, generate

    console = terminal(quiet)
    remove_demo(folder)
    started = time.perf_counter()
    with Bars(console) as bars:
        bars.said(f"inventing deliveries of {people:,} people, four years", None)
        generate(Settings(people=people, seed=1, light=True), private_folder(folder))
        mark(folder, DEMO)
        invented = time.perf_counter() - started
        project = Project(folder)
        run = project.run(said=bars.said, progress=bars.step)
        risk, _ = project.review_risk(said=bars.said, progress=bars.step)
        bars.said("reports", None)
        missing = write_run_reports(run, run.folder, shared=False, risk=risk)
    shown = shown_of(run)
    shown.show(console)
    total = time.perf_counter() - started
    console.print(
        f"{invented:.1f} s to invent the deliveries, {run.seconds:.1f} s from the raw files to the "
        f"settlement, {total:.1f} s in all",
        highlight=False,
    )
    console.print(missing or f"{run.folder}: report.html, report.xlsx", soft_wrap=True)
    console.print(f"next: {command_as_typed()} track {run.folder}", soft_wrap=True)
    shown.leave()


def remove_demo(folder: Path) -> None:
    """Remove what an earlier demo made; what the user put beside it, or made, stays."""
    from openvbc.engine.own_folder import MARK, is_ours, remove

    if is_ours(folder, DEMO):
        for name in (*GENERATED, MARK):
            remove(folder / name)


def settle_the_book(folder: Path, quiet: bool) -> None:
    """Settle every chapter into ``folder/<program>``: a table, Parquet, HTML and Excel."""
    from openvbc.commands.progress import Steps
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_summary
    from openvbc.commands.terminal import command_as_typed
    from openvbc.programs.book import settle_book
    from openvbc.programs.run_folder import write_run

    with Steps(quiet) as steps:
        steps.begin("settling the book of worked contracts")
        settlements = settle_book()
        missing = ""
        for program, settlement in settlements.items():
            steps.begin(f"writing {program}")
            write_run(settlement, folder / program)
            missing = write_reports(settlement, folder / program)
    if quiet:
        return
    for program, settlement in settlements.items():
        print_summary(settlement)
        say(f"written to {folder / program}/")
    if missing:
        say(missing)
    line = "earned_savings_or_owed_losses"
    say(f"next: {command_as_typed()} explain {folder / 'mssp'} --contract A9012 {line}")
