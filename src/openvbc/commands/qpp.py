"""``vbc qpp``: who must report to MIPS, who is a qualifying participant, and what is scored."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.options import Overlays
from openvbc.commands.terminal import say


class Question(StrEnum):
    """What is asked of a list."""

    ELIGIBILITY = "eligibility"
    APM = "apm"
    SCORE = "score"


def qpp(
    question: Annotated[Question, typer.Argument(help="eligibility, apm (who is a QP), or score.")],
    clinicians: Annotated[Path, typer.Argument(help="CSV: npi, tin or entity, and figures.")],
    year: Annotated[int, typer.Option(min=1900, max=9999, help="Performance year.")],
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("qpp"),
    overlay: Overlays = None,
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
    from openvbc.programs.run_folder import write_run

    settle = {
        Question.ELIGIBILITY: settle_eligibility,
        Question.APM: settle_advanced_apms,
        Question.SCORE: settle_category_scores,
    }[question]
    found = settle(clinicians, year, overlay or [])
    write_run(found, output)
    missing = write_reports(found, output) if reports else None
    console = terminal()
    say(found.title)
    for outcome, count in Counter(each.group for each in found.main.contracts).most_common():
        say(f"  {count:,} {outcome}")
    print_rows(found, console)
    for note in found.notes:
        say(f"note: {note}")
    say(f"written to {output}/")
    if missing:
        say(missing)
    leave(set_aside=bool(found.set_aside))
