"""``vbc equity``: social needs, areas, and results by strata with small cells hidden."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import datetime as dt


def equity(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a claim store, or a folder with one named store.")
    ],
    files: Annotated[
        Path | None,
        typer.Option(help="Folder of screening.csv, area.csv and the others; DIR if none."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day asked for, YYYY-MM-DD.")] = None,
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", help="Parquet list of another command; may be repeated."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(help="division=stratum others are compared with; may be repeated."),
    ] = None,
    within: Annotated[
        str | None,
        typer.Option(
            help="Division that stands for providers, e.g. practice: gaps within and between them."
        ),
    ] = None,
    private: Annotated[
        bool, typer.Option(help="Show small counts too; the report is then not for sharing.")
    ] = False,
    adjuster: Annotated[
        Path | None,
        typer.Option(help="Agreed adjustment (YAML), over the groups of adjuster_group.csv."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("equity"),
) -> None:
    """Show social needs, referrals, areas, and any result by strata, small cells hidden."""
    from openvbc.commands.leave import leave
    from openvbc.commands.options import program_options
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal, say, terminal
    from openvbc.commands.terminal_listing import print_listing
    from openvbc.programs.social_need.adjuster import adjusted, read_adjuster
    from openvbc.programs.social_need.equity import look
    from openvbc.report.equity_lists import safe_lists
    from openvbc.report.list_book import write_lists
    from openvbc.report.sharing import FOR_SHARING, PRIVATE, sentences_for_sharing

    agreed = read_adjuster(adjuster) if adjuster else None
    store = folder / "store" if (folder / "store").is_dir() else folder
    with Bars(progress_terminal()) as bars:
        review = look(
            store, files or folder, _day(as_of), output, lists=lists or (),
            references=program_options(reference or ()), within=within, progress=bars.step,
        )  # fmt: skip
    safe = safe_lists(review, shared=not private)
    if agreed is not None:
        safe.append(adjusted(agreed, files or folder))
    notes = list(review.notes) if private else sentences_for_sharing(review.notes)
    mark = PRIVATE if private else FOR_SHARING
    write_lists(safe, output, f"Needs and strata as of {review.as_of}", notes, mark)
    write_lists(review.listings, output / "people", "People with open needs", review.notes, PRIVATE)
    for listing in safe:
        if listing.rows and listing.name in ("needs", "areas"):
            print_listing(listing)
    for note in review.notes:
        terminal().print(f"- {note}", highlight=False, markup=False)
    say(f"written to {output}/; lists of people in {output / 'people'}/")
    leave(set_aside=bool(review.set_aside))


def _day(text: str | None) -> dt.date | None:
    """A day as written on the command line."""
    import datetime as dt

    from openvbc.errors import InputError, Place

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "this is no day",
            place=Place(value=text),
            action="write it as 2024-12-31",
            code="VBC-1114",
        ) from None
