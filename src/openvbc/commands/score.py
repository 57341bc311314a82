"""``vbc score``: risk scores of a plain list of people, without a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openvbc.programs.risk.rows import Report


def score(
    people: Annotated[Path, typer.Argument(help="CSV: person_id, birth_date, sex and more.")],
    diagnoses: Annotated[Path, typer.Argument(help="CSV: person_id, diagnosis_code.")],
    model: Annotated[
        list[str], typer.Option(help="V22, V24, V28, ESRD_V21, ESRD_V24; may be repeated.")
    ],
    year: Annotated[
        int,
        typer.Option(min=1900, max=9999, help="Payment year; diagnoses are of the year before."),
    ],
    output: Annotated[Path | None, typer.Option(help="Where to write the scores as CSV.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Raw scores only.")] = False,
    coding_adjustment: Annotated[
        bool,
        typer.Option("--coding-adjustment", help="Take off the Medicare Advantage adjustment."),
    ] = False,
) -> None:
    """Score people with a CMS-HCC model from their diagnoses.

    Exit status: 0 every row was used; 3 some were set aside, each reason with its count.
    """
    from openvbc.commands.leave import leave
    from openvbc.commands.terminal import terminal
    from openvbc.programs.risk.score import score as compute

    outcome = compute(people, diagnoses, model, year, raw=raw, coding_adjustment=coding_adjustment)
    console = terminal()
    for report, title in ((outcome.people, "people"), (outcome.diagnoses, "diagnoses")):
        _waterfall(console, report, title)
    if outcome.without_segment:
        console.print(f"{outcome.without_segment:,} people are not in the model's population")
    for name in model:
        scores = [row for row in outcome.rows if row["model"] == name]
        mean = sum(row["raw_score"] for row in scores) / len(scores)
        console.print(f"{name} {year}: {len(scores):,} people, mean raw score {mean:.4f}")
    for parameter in outcome.not_confirmed:
        console.print(
            f"not confirmed: {parameter.label}, {parameter.applies_in_words()} = "
            f"{parameter.value} ({parameter.status}: {parameter.cite})",
            highlight=False,
        )
    target = output or Path("scores.csv")
    outcome.write_csv(target)
    console.print(f"scores written to {target}", highlight=False)
    leave(set_aside=bool(outcome.people.set_aside or outcome.diagnoses.set_aside))


def _waterfall(console: object, report: Report, title: str) -> None:
    from rich.console import Console

    assert isinstance(console, Console)
    console.print(f"{title}: {report.rows_in:,} rows, {report.used:,} used")
    places = {example.reason: example for example in report.examples}
    for label, counted in (("set aside", report.set_aside), ("used, but", report.flagged)):
        for reason, count in counted.most_common():
            example = places[reason]
            first = f", first at {example.place}" if str(example.place) else ""
            detail = f" ({example.detail})" if example.detail else ""
            console.print(f"  {count:,} {label}: {reason}{detail}{first}", highlight=False)
