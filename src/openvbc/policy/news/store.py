"""The folder of news a user names: each file as it was read, and the tables made of them.

The folder holds::

    items/          one file an imported file, named by the first letters of its SHA-256
    decisions.csv   the user's own word on links: news, kind, target, decision
    news.csv        one row an item; files that tell the same item are one
    links.csv       one row a thing an item speaks of
    claims.csv      one row a thing an item says, and whether it holds
    sections.csv    sections of plain articles and what they speak of

Files that are imported again change nothing; the tables follow from the items and the rules alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from openvbc.engine.csv_file import write_csv
from openvbc.engine.own_folder import claim
from openvbc.engine.private_files import private_folder, write_text
from openvbc.errors import InputError, OpenvbcError, Place, SetAside
from openvbc.input_file import MIB, rows_of_csv, text_of
from openvbc.policy.news.checked import Claim, claims_of, parameter_links
from openvbc.policy.news.front_matter import read_news_file
from openvbc.policy.news.item import NewsItem, item_of
from openvbc.policy.news.links import LinkStatus, NewsLink, links_of
from openvbc.policy.news.sections import NewsSection, sections_of

ITEMS, DECISIONS = "items", "decisions.csv"
TABLES = ("news.csv", "links.csv", "claims.csv", "sections.csv")
SAME_STORY = dt.timedelta(days=14)
"""Items of one title within this time are one."""
LONGEST = 8 * MIB
"""Bytes of an item as it is kept."""
_NAME = re.compile(r"[0-9a-f]{16}\.json")


@dataclass(frozen=True)
class NewsRecord:
    """One item of news, however many files tell it."""

    news: str
    """Its name: the slug, with letters of its SHA-256 where two items have one slug."""
    item: NewsItem
    files: tuple[str, ...]
    links: tuple[NewsLink, ...]
    claims: tuple[Claim, ...]
    sections: tuple[NewsSection, ...]


@dataclass
class Imported:
    """What came of the files of one import."""

    read: list[NewsItem] = field(default_factory=list)
    new: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


def import_news(files: Sequence[Path], folder: Path, date: dt.date | None = None) -> Imported:
    """Read files into the folder and make its tables anew; every file is read or set aside."""
    claim(folder, "policy news", (ITEMS, *TABLES))
    private_folder(folder / ITEMS)
    intake = Imported()
    for path in files:
        try:
            item = item_of(read_news_file(path), date)
        except OpenvbcError as error:
            place = Place(path.name, error.place.line, error.place.column)
            intake.set_aside.append(SetAside(error.what, place, error.action or error.rule or ""))
            continue
        kept = folder / ITEMS / f"{item.sha256[:16]}.json"
        intake.new += not kept.exists()
        intake.read.append(item)
        write_text(kept, item.as_json())
    write_tables(folder)
    return intake


def remove_news(folder: Path, name: str) -> int:
    """Take out the files called `name`, and with them their links and nothing else.

    Raises:
        InputError: no file of that name was imported.
    """
    gone = [path for path, item in _items(folder) if item.file == name]
    if not gone:
        raise InputError(
            f"no file called {name} was imported", place=Place(str(folder)), code="VBC-1917"
        )
    for path in gone:
        path.unlink()
    write_tables(folder)
    return len(gone)


def news_records(folder: Path) -> list[NewsRecord]:
    """Every item of the folder by date, its links with the user's decisions.

    Raises:
        InputError: there is no news in the folder.
    """
    items = [item for _, item in _items(folder)]
    decisions = _decisions(folder)
    records: list[NewsRecord] = []
    names: set[str] = set()
    for group in _stories(items):
        item = max(group, key=lambda each: (each.modified, each.sha256))
        name = item.slug if item.slug not in names else f"{item.slug}-{item.sha256[:8]}"
        names.add(name)
        files = tuple(sorted({each.file for each in group}))
        claims = claims_of(item)
        spoken_of = [*links_of(item), *parameter_links(claims)]
        links = tuple(_decided(name, link, decisions) for link in spoken_of)
        sections = tuple(sections_of(item))
        records.append(NewsRecord(name, item, files, links, tuple(claims), sections))
    return records


def decide(folder: Path, news: str, target: str, decision: LinkStatus) -> None:
    """Keep the user's word on one link.

    Raises:
        InputError: there is no such link.
    """
    matching_links = [
        link for record in news_records(folder) if record.news == news
        for link in record.links if link.target == target
    ]  # fmt: skip
    if not matching_links:
        raise InputError(
            f"there is no link of {news!r} to {target!r}", action="links.csv lists them",
            code="VBC-1918",
        )  # fmt: skip
    decisions = {**_decisions(folder), (news, matching_links[0].kind, target): decision}
    rows = [
        {"news": key[0], "kind": key[1], "target": key[2], "decision": str(value)}
        for key, value in sorted(decisions.items())
    ]
    write_csv(folder / DECISIONS, rows, ("news", "kind", "target", "decision"))
    write_tables(folder)


def _items(folder: Path) -> list[tuple[Path, NewsItem]]:
    if not (folder / ITEMS).is_dir():
        raise InputError(
            "there is no news in this folder", place=Place(str(folder)),
            action="vbc news import FILES --folder FOLDER", code="VBC-1919",
        )  # fmt: skip
    news_items = []
    for path in sorted((folder / ITEMS).iterdir()):
        if _NAME.fullmatch(path.name):
            try:
                news_items.append((path, NewsItem.from_json(text_of(path, LONGEST))))
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    "an item of news cannot be read", place=Place(str(path)),
                    action="delete it and import its file again", code="VBC-1920",
                ) from None  # fmt: skip
    return news_items


def _stories(items: Iterable[NewsItem]) -> list[list[NewsItem]]:
    """Items that are one: the same address, or the same title within two weeks."""
    groups: list[list[NewsItem]] = []
    for item in sorted(items, key=lambda each: (each.date, each.sha256)):
        same = [group for group in groups if any(_same(item, other) for other in group)]
        for group in same:
            groups.remove(group)
        groups.append([each for group in same for each in group] + [item])
    return sorted(groups, key=lambda group: (group[0].date, group[0].sha256))


def _same(one: NewsItem, other: NewsItem) -> bool:
    if one.url and one.url == other.url:
        return True
    titles = {re.sub(r"\W+", " ", each.title.lower()).strip() for each in (one, other)}
    return len(titles) == 1 and abs(one.day - other.day) <= SAME_STORY


def _decisions(folder: Path) -> dict[tuple[str, str, str], LinkStatus]:
    path = folder / DECISIONS
    if not path.is_file():
        return {}
    _, rows = rows_of_csv(path)
    try:
        return {
            (row["news"], row["kind"], row["target"]): LinkStatus(row["decision"])
            for _, row in rows
        }
    except (KeyError, ValueError):
        raise InputError(
            "a decision is confirmed or rejected", place=Place(path.name),
            rule="columns news, kind, target, decision", code="VBC-1921",
        ) from None  # fmt: skip


def _decided(
    news: str, link: NewsLink, decisions: dict[tuple[str, str, str], LinkStatus]
) -> NewsLink:
    decision = decisions.get((news, link.kind, link.target))
    return replace(link, status=decision) if decision else link


def write_tables(folder: Path) -> None:
    """Make the folder's tables anew from its items."""
    records = news_records(folder)
    news: list[dict[str, object]] = [
        {
            "news": r.news, "date": r.item.date, "title": r.item.title,
            "publisher": r.item.publisher, "url": r.item.url, "form": r.item.form,
            "topics": "; ".join(r.item.topics), "tags": "; ".join(r.item.tags),
            "files": "; ".join(r.files), "sha256": r.item.sha256,
            "doubts": "; ".join(r.item.doubts), "summary": r.item.summary,
        }
        for r in records
    ]  # fmt: skip
    write_csv(folder / "news.csv", news, list(news[0]) if news else ["news"])
    links = [{"news": r.news, **vars(link)} for r in records for link in r.links]
    write_csv(folder / "links.csv", links, ("news", *NewsLink.__dataclass_fields__))
    claims = [{"news": r.news, **vars(claim_)} for r in records for claim_ in r.claims]
    write_csv(folder / "claims.csv", claims, ("news", *Claim.__dataclass_fields__))
    sections = [
        {"news": r.news, "heading": each.heading, "speaks_of": "; ".join(each.targets)}
        for r in records
        for each in r.sections
    ]
    write_csv(folder / "sections.csv", sections, ("news", "heading", "speaks_of"))
