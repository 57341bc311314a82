"""``vbc boundaries``: which obligations begin and end where, from the rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.options import Overlays

if TYPE_CHECKING:
    from openvbc.policy.boundaries.boundary import Boundary


def boundaries(
    what: Annotated[
        str, typer.Argument(help="A billing code, an NPI, TIN or entity, or a person.")
    ],
    on: Annotated[str | None, typer.Option(help="For a code: the date; without: today.")] = None,
    clinicians: Annotated[
        Path | None, typer.Option(help="For a clinician: the list 'vbc qpp eligibility' takes.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=9999, help="For a clinician: performance year.")
    ] = None,
    program: Annotated[
        list[str] | None, typer.Option(help="A model the clinician is in; may be repeated.")
    ] = None,
    run: Annotated[
        list[Path] | None, typer.Option(help="For a person: a finished run; may be repeated.")
    ] = None,
    overlay: Overlays = None,
) -> None:
    """Say which obligations begin and end for a code, clinician or person, each with its source.

    Billing and attribution boundary of a code; low volume, model against program and measure
    applicability of a clinician; attribution boundary of a person. What is shown may name a person.
    """
    from openvbc.commands.terminal import say

    kinds = _asked(what, on, clinicians, year, program or [], run or [], overlay or [])
    last = ""
    for each in kinds:
        if each.kind != last:
            say(f"{each.kind} boundary")
            last = each.kind
        say(f"  {each}")
    doubtful = sum(each.status == "unverified" for each in kinds)
    say(f"{len(kinds)} answers, {doubtful} of them unverified")


def _asked(
    what: str,
    on: str | None,
    clinicians: Path | None,
    year: int | None,
    models: list[str],
    runs: list[Path],
    overlays: list[Path],
) -> list[Boundary]:
    from openvbc.errors import InputError
    from openvbc.policy.asked_date import asked_date

    if clinicians is not None:
        from openvbc.policy.boundaries.of_clinician import of_clinician

        if year is None:
            raise InputError(
                "of which performance year?", action="give it: --year 2026", code="VBC-1926"
            )
        return of_clinician(what, clinicians, year, models, overlays)
    if runs:
        from openvbc.policy.boundaries.of_person import of_person

        return of_person(what, runs)
    from openvbc.policy.boundaries.of_code import is_code, of_code

    if not is_code(what):
        raise InputError(
            "a clinician is looked for in a list, a person in a run",
            rule="what is asked has not the form of a procedure code, as 99490 or G0506",
            action="add --clinicians LIST.csv --year YEAR, or --run RUN",
            code="VBC-1927",
        )
    return of_code(what, asked_date(on) if on else dt.date.today())
