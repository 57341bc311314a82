"""``vbc news``: read policy news, link it to programs and rules, and check what it says."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from openvbc.policy.news.store import NewsRecord


class NewsAction(StrEnum):
    """What is to be done with news."""

    IMPORT = "import"
    LIST = "list"
    TIMELINE = "timeline"
    CONFIRM = "confirm"
    REJECT = "reject"
    REMOVE = "remove"


def news(
    action: Annotated[
        NewsAction,
        typer.Argument(help="import files, list, timeline of a program, confirm, reject, remove."),
    ],
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Files; or a program; or an item and its target; or a file's name."),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder the news is kept in.")] = Path("news"),
    date: Annotated[
        str | None, typer.Option(help="Date of articles without front matter, as 2026-02-25.")
    ] = None,
) -> None:
    """Keep policy news in a folder: what it speaks of, and whether what it says holds.

    Nothing is fetched and no parameter is changed. Exit status: 0 every file was read; 3 some were
    set aside, each with its reason.
    """
    given = what or []
    act = {
        NewsAction.IMPORT: _import,
        NewsAction.LIST: _list,
        NewsAction.TIMELINE: _timeline,
        NewsAction.CONFIRM: _confirm,
        NewsAction.REJECT: _reject,
        NewsAction.REMOVE: _remove,
    }[action]
    act(given, folder, date)


def _import(given: list[str], folder: Path, date: str | None) -> None:
    from openvbc.commands.leave import leave
    from openvbc.policy.asked_date import asked_date
    from openvbc.policy.news.store import import_news, news_records

    _needed(given, 1, "the files to import")
    intake = import_news([Path(each) for each in given], folder, asked_date(date) if date else None)
    say(f"{len(given)} files: {len(intake.read)} read, {intake.new} of them new; "
        f"{len(intake.set_aside)} set aside")  # fmt: skip
    for aside in intake.set_aside:
        say(f"  set aside: {aside}")
    read = {each.sha256 for each in intake.read}
    for record in news_records(folder):
        if record.item.sha256 in read:
            _tell(record)
    say(f"written to {folder}/: news.csv, links.csv, claims.csv, sections.csv")
    leave(set_aside=bool(intake.set_aside))


def _tell(record: NewsRecord) -> None:
    item = record.item
    say(f"{item.date[:10]} {item.title} ({item.publisher or record.files[0]})")
    for link in record.links:
        state = f"; {link.state}" if link.state else ""
        say(f"  {link.kind} {link.target}, in the {link.found_in}: {link.status}{state}")
    for claim in record.claims:
        if claim.check != "unknown" or claim.cite:
            say(f"  says {claim.words!r} ({claim.subject}): {claim.check}: {claim.found}")
    unknown = sum(claim.check == "unknown" and not claim.cite for claim in record.claims)
    if unknown:
        say(f"  {unknown} more numbers and dates that nothing here speaks of: claims.csv")
    for doubt in item.doubts:
        say(f"  doubt: {doubt}")


def _list(given: list[str], folder: Path, date: str | None) -> None:
    from openvbc.policy.news.store import news_records

    del date
    for record in news_records(folder):
        targets = {link.target for link in record.links if link.status != "rejected"}
        if not given or set(given) & targets:
            _tell(record)


def _timeline(given: list[str], folder: Path, date: str | None) -> None:
    from openvbc.policy.news.store import ITEMS, news_records
    from openvbc.policy.news.timeline import timeline
    from openvbc.policy.register import registered_program

    del date
    _needed(given, 1, "the program, for example gpdc")
    entry = registered_program(given[0])
    records = news_records(folder) if (folder / ITEMS).is_dir() else []
    say(f"{entry.name}, by date")
    for each in timeline(entry, records):
        say(f"  {each.date:<11}{each.kind}: {each.what} ({each.source})")


def _confirm(given: list[str], folder: Path, date: str | None) -> None:
    _decide(given, folder, "confirmed")
    del date


def _reject(given: list[str], folder: Path, date: str | None) -> None:
    _decide(given, folder, "rejected")
    del date


def _decide(given: list[str], folder: Path, decision: str) -> None:
    from openvbc.policy.news.links import LinkStatus
    from openvbc.policy.news.store import decide

    _needed(given, 2, "the item and the target of its link, as links.csv names them")
    decide(folder, given[0], given[1], LinkStatus(decision))
    say(f"{decision}: {given[0]}, {given[1]}")


def _remove(given: list[str], folder: Path, date: str | None) -> None:
    from openvbc.policy.news.store import remove_news

    del date
    _needed(given, 1, "the name of the file to remove")
    files = Counter({name: remove_news(folder, name) for name in given})
    say(f"{files.total()} removed, with their links")


def _needed(given: list[str], count: int, what: str) -> None:
    from openvbc.errors import InputError

    if len(given) < count:
        raise InputError(f"this needs {what}", action="vbc news --help", code="VBC-1922")
