"""``vbc qpp``: who must report to MIPS, who is a qualifying participant, and what is scored."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import Overlays
from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from openvbc.programs.mips.submissions.settle import SubmittedFiles


class Question(StrEnum):
    """What is asked of a list."""

    ELIGIBILITY = "eligibility"
    APM = "apm"
    SCORE = "score"
    SUBMISSIONS = "submissions"
    COST = "cost"
    MEASURES = "measures"


def qpp(
    question: Annotated[
        Question,
        typer.Argument(help="eligibility, apm (who is a QP), score, submissions, cost, measures."),
    ],
    clinicians: Annotated[
        Path,
        typer.Argument(
            help="CSV: npi, tin or entity, and figures; submissions also as JSON or Parquet; for "
            "eligibility "
            "and cost the folder of a claim store; for measures the year's inventory."
        ),
    ],
    year: Annotated[int, typer.Option(min=1900, max=9999, help="Performance year.")],
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("qpp"),
    overlay: Overlays = None,
    benchmarks: Annotated[
        Path | None, typer.Option(help="Submissions: CMS's benchmarks of the year (JSON).")
    ] = None,
    inventory: Annotated[
        list[Path] | None,
        typer.Option(
            help="Submissions: the year's measures (JSON, or CSV a category); repeatable."
        ),
    ] = None,
    participants: Annotated[
        Path | None, typer.Option(help="Submissions: who takes part, and scores that are given.")
    ] = None,
    mvps: Annotated[Path | None, typer.Option(help="Submissions: CMS's MVPs (JSON).")] = None,
    services: Annotated[
        Path | None,
        typer.Option(
            help="From claims, lists of codes (CSV): the fee schedule's (eligibility), the cost "
            "measures' (cost)."
        ),
    ] = None,
    practices: Annotated[
        Path | None,
        typer.Option(help="Eligibility from claims: tin, npi, rural, hpsa of practices (CSV)."),
    ] = None,
    wanted: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            help="Measures: only those for a pathway (mips, app1, an MVP), specialty set, "
            "collection type or category; may be repeated.",
        ),
    ] = None,
    reports: Annotated[
        bool, typer.Option(help="Write settlement.html and settlement.xlsx.")
    ] = True,
) -> None:
    """Say of every clinician or group whether it must report, is a QP, or what it scores.

    Exit status: 0 every row was used; 3 some were set aside, each listed with its reason.
    """
    from collections import Counter

    from openvbc.commands.leave import leave
    from openvbc.commands.reports import write_reports
    from openvbc.commands.summary import print_rows
    from openvbc.commands.terminal import terminal
    from openvbc.programs.mips.advanced_apm import settle_advanced_apms
    from openvbc.programs.mips.category_scores import settle_category_scores
    from openvbc.programs.mips.eligibility import settle_eligibility
    from openvbc.programs.mips.submissions.files_of_run import record_files
    from openvbc.programs.mips.submissions.settle import settle_submissions
    from openvbc.programs.run_folder import write_run

    if question is Question.MEASURES:
        _measures([clinicians, *(inventory or [])], mvps, year, output, wanted or [])
        return
    if question is Question.COST:
        _cost(clinicians, year, services, output, overlay or [])
        return
    files: SubmittedFiles | None = None
    if question is Question.SUBMISSIONS:
        files = _files(clinicians, benchmarks, inventory or [], participants, mvps)
        if clinicians.suffix.lower() == ".parquet":
            _many(files, year, output, overlay or [])
            return
        qpp_run = settle_submissions(files, year, overlay or [])
    else:
        settle = {
            Question.ELIGIBILITY: settle_eligibility,
            Question.APM: settle_advanced_apms,
            Question.SCORE: settle_category_scores,
        }[question]
        if question is Question.ELIGIBILITY and clinicians.is_dir():
            clinicians = _from_claims(clinicians, year, services, output, overlay or [], practices)
        qpp_run = settle(clinicians, year, overlay or [])
    write_run(qpp_run, output)
    if files is not None:
        record_files(output, qpp_run.title, files, year, overlay or [])
    missing = write_reports(qpp_run, output) if reports else None
    console = terminal()
    say(qpp_run.title)
    for outcome, count in Counter(each.group for each in qpp_run.main.contracts).most_common():
        say(f"  {count:,} {outcome}")
    print_rows(qpp_run, console)
    for note in qpp_run.notes:
        say(f"note: {note}")
    say(f"written to {output}/")
    if missing:
        say(missing)
    leave(set_aside=bool(qpp_run.set_aside))


def _from_claims(
    store: Path,
    year: int,
    services: Path | None,
    output: Path,
    overlays: list[Path],
    practices: Path | None,
) -> Path:
    """Add up a claim store into a list of clinicians, and say what it does not tell."""
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal
    from openvbc.engine.manifest import claim_run_folder
    from openvbc.programs.mips.clinician_volumes import clinician_volumes

    claim_run_folder(output)
    with Bars(progress_terminal()) as bars:
        volumes = clinician_volumes(store, year, services, output, overlays, bars.step, practices)
    for note in volumes.notes:
        say(f"note: {note}")
    say(f"special statuses: {output / 'special_statuses.csv'}")
    return volumes.clinicians


def _measures(
    inventory: list[Path], mvps: Path | None, year: int, output: Path, wanted: list[str]
) -> None:
    """Which measures apply to what is asked for."""
    from openvbc.engine.private_files import private_folder
    from openvbc.programs.listing import write_csv
    from openvbc.programs.mips.submissions.applicability import applicable

    listing = applicable(inventory, mvps, year, wanted)
    private_folder(output)
    write_csv(listing, output / "measures.csv")
    say(listing.title)
    for row in listing.rows[:MOST_SHOWN]:
        say("  " + "; ".join(str(cell) for cell in row if cell not in ("", None)))
    say(listing.lead)
    say(f"{len(listing.rows):,} measures written to {output / 'measures.csv'}")


def _cost(store: Path, year: int, codes: Path | None, output: Path, overlays: list[Path]) -> None:
    """Attribute people and stays of a claim store to clinicians."""
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal
    from openvbc.errors import InputError
    from openvbc.format import show
    from openvbc.programs.mips.cost_attribution import LISTS, attribute_costs

    if codes is None:
        raise InputError(
            "which services attribute costs is not known without lists of codes",
            action=f"give --services codes.csv with the columns list and code; lists: "
            f"{', '.join(LISTS)}",
            code="VBC-90335",
        )
    with Bars(progress_terminal()) as bars:
        attribution = attribute_costs(store, year, codes, output, overlays, bars.step)
    clinicians = attribution.listings[0]
    say(clinicians.title)
    for row in clinicians.rows[:MOST_SHOWN]:
        cells = zip(row, clinicians.fields, strict=True)
        shown = [f"{f.label} {show(v, f.unit)}" for v, f in cells if v is not None]
        say("  " + "; ".join(shown))
    for note in attribution.notes:
        say(f"note: {note}")
    say(f"written to {output}/")


def _files(
    measures: Path,
    benchmarks: Path | None,
    inventory: list[Path],
    participants: Path | None,
    mvps: Path | None,
) -> SubmittedFiles:
    from openvbc.errors import InputError
    from openvbc.programs.mips.submissions.settle import SubmittedFiles

    if benchmarks is None or not inventory:
        raise InputError(
            "submissions are scored by the year's benchmarks and measures",
            action="give --benchmarks benchmarks.json and --inventory measures-data.json, as CMS "
            "publishes them",
            code="VBC-1934",
        )
    return SubmittedFiles(measures, benchmarks, inventory, participants, mvps)


def _many(files: SubmittedFiles, year: int, output: Path, overlays: list[Path]) -> None:
    """Score a Parquet file of very many participants."""
    from openvbc.commands.leave import leave
    from openvbc.programs.mips.submissions.from_parquet import score_parquet

    path = output / "scores.parquet"
    tally = score_parquet(
        files.measures, files.benchmarks, files.inventory, files.participants, year, path, overlays
    )
    for reason, count in tally.set_aside.items():
        say(f"set aside: {count:,} {reason}")
    say(f"{tally.scored:,} participants of {tally.rows:,} rows scored: {path}")
    leave(set_aside=bool(tally.set_aside))


MOST_SHOWN = 20
"""Participants whose best choice is shown."""
