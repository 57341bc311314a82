"""``vbc billing``: care management that may be billed, may not, should not have been, never was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import datetime as dt


def billing(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a claim store, or a folder with one named store.")
    ],
    logs: Annotated[
        Path | None,
        typer.Option(help="Folder of time_log.csv, contact_log.csv and the others; DIR if none."),
    ] = None,
    first: Annotated[str | None, typer.Option(help="First month, for example 2025-01.")] = None,
    last: Annotated[str | None, typer.Option(help="Last month; the last with claims.")] = None,
    practice: Annotated[
        list[str] | None,
        typer.Option(help="Taxpayer number of a practice of yours; may be repeated."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder the run is written into.")] = Path("billing"),
    sample: Annotated[
        bool, typer.Option("--sample", help="Invent people with planted claims and logs first.")
    ] = False,
    people: Annotated[int, typer.Option(min=1, help="With --sample: how many people.")] = 300,
    seed: Annotated[int, typer.Option(help="With --sample: which invented names.")] = 1,
) -> None:
    """List care management to bill, to pay back and never billed, each by rule and evidence."""
    from openvbc.commands.leave import leave
    from openvbc.commands.run_progress import Bars
    from openvbc.commands.terminal import progress_terminal, say, terminal
    from openvbc.commands.terminal_listing import print_listing
    from openvbc.programs.care_billing.billing import bill
    from openvbc.programs.care_billing.sample import write_sample
    from openvbc.report.list_book import write_lists
    from openvbc.report.sharing import PRIVATE

    if sample:
        write_sample(folder, people, seed)
    store = folder / "store" if (folder / "store").is_dir() else folder
    with Bars(progress_terminal()) as bars:
        review = bill(
            store, logs or folder, _month(first), _month(last), output,
            practices=practice or (), progress=bars.step,
        )  # fmt: skip
    write_lists(
        review.listings, review.folder, "Billing of care management", review.notes, PRIVATE,
        with_parquet=False,
    )  # fmt: skip
    print_listing(review.listing("summary"))
    for note in review.notes:
        terminal().print(f"- {note}", highlight=False, markup=False)
    say(f"written to {review.folder}/")
    leave(set_aside=bool(review.set_aside))


def _month(text: str | None) -> dt.date | None:
    """First day of a month as written on the command line."""
    import datetime as dt

    from openvbc.errors import InputError, Place

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise InputError(
            "this is no month",
            place=Place(value=text),
            action="write it as 2025-03",
            code="VBC-1097",
        ) from None
