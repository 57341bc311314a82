"""One item of news: the fields of its file, checked and in one form, whichever shape they had."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.policy.news.front_matter import NewsFile
from openvbc.policy.news.plain_text import reduced, repaired

_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"]{0,2000})?")
ARTICLE, CURATED = "article", "curated"
KNOWN = frozenset({
    "slug", "title", "date", "lastMod", "description", "link", "tags", "categories",
    "communityTopics", "source", "author",
})  # fmt: skip
"""Fields that have a place of their own; all others are kept as attributes."""


@dataclass(frozen=True)
class NewsItem:
    """One item, as one file tells it."""

    file: str
    sha256: str
    form: str
    """``curated`` where the file has front matter, else ``article``."""
    slug: str
    title: str
    date: str
    modified: str
    publisher: str
    url: str
    """Where it was published; shown, never fetched."""
    summary: str
    body: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    source_system: str
    authors: tuple[str, ...]
    """Names and handles of people: kept, and in no report for others."""
    attributes: Mapping[str, Any]
    doubts: tuple[str, ...]
    """What is odd in the file and changes nothing."""

    @property
    def day(self) -> dt.date:
        """The day of the item."""
        return dt.date.fromisoformat(self.date[:10])

    def as_json(self) -> str:
        """The item as text, the same for the same item."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> NewsItem:
        """The item of a text that :meth:`as_json` wrote."""
        record = json.loads(text)
        lists = ("topics", "tags", "authors", "doubts")
        told = {each.name: record[each.name] for each in fields(cls)}
        return cls(**{**told, **{name: tuple(told[name]) for name in lists}})


def item_of(file: NewsFile, date: dt.date | None = None) -> NewsItem:
    """The item of a file; `date` is that of a plain article, which has none of its own.

    Raises:
        InputError: a field that must be there is missing or cannot be; the place names it.
    """
    return _article(file, date) if file.fields is None else _curated(file, file.fields)


def _article(file: NewsFile, date: dt.date | None) -> NewsItem:
    body = reduced(file.body)
    title = body.split("\n", 1)[0][:200]
    if not title:
        raise _wrong(file, "the file holds no text", "", "VBC-1909")
    if date is None:
        raise InputError(
            "an article without front matter does not tell its date",
            place=Place(file.name, 1),
            action="give it: --date 2026-02-25",
            code="VBC-1099",
        )
    day = date.isoformat()
    cut = body.rsplit("\n", 1)[-1]
    doubts = ["the text breaks off in a link"] if cut.count("[") > cut.count("]") else []
    return NewsItem(
        file.name, file.sha256, ARTICLE, _slug(title), title, day, day, "", "", "", body,
        (), (), "", (), {}, tuple(doubts),
    )  # fmt: skip


def _curated(file: NewsFile, given: Mapping[str, Any]) -> NewsItem:
    title = _text(file, given, "title")
    link = given.get("link")
    if not isinstance(link, dict):
        raise _wrong(file, "the field link is missing, or has no parts", "link", "VBC-1911")
    body = reduced(file.body)
    if not body:
        raise _wrong(file, "there is no text after the front matter", "body", "VBC-1912")
    date = _moment(file, given, "date")
    modified = _moment(file, given, "lastMod") if given.get("lastMod") else date
    topics, doubts = _topics(given)
    if modified < date:
        doubts.append("it was last changed before its date")
    crumbs = (given.get("breadcrumbs"), given.get("breadcrumbLinks"))
    if all(isinstance(each, list) for each in crumbs) and len({len(c) for c in crumbs if c}) > 1:
        doubts.append("breadcrumbs and their links differ in number")
    url = _url(file, link)
    return NewsItem(
        file.name, file.sha256, CURATED,
        _plain(given.get("slug")) or _slug(title), title, date, modified,
        _publisher(file, link), url, reduced(_plain(given.get("description"))), body,
        tuple(topics),
        tuple(sorted({word.lower() for name in ("tags", "categories") for word in
                      _words(given.get(name))})),
        _plain(given.get("source")), tuple(_words(given.get("author"))),
        {key: _kept(value) for key, value in sorted(given.items()) if key not in KNOWN},
        tuple(doubts),
    )  # fmt: skip


def _text(file: NewsFile, given: Mapping[str, Any], name: str) -> str:
    text = reduced(_plain(given.get(name))).replace("\n", " ")
    if not text:
        raise _wrong(file, f"the field {name} is missing or empty", name, "VBC-1913")
    return text[:500]


def _moment(file: NewsFile, given: Mapping[str, Any], name: str) -> str:
    """A date or a moment in UTC, as ISO 8601 writes it; its day is its first ten letters."""
    value = given.get(name)
    if isinstance(value, dt.datetime):
        value = value.isoformat()
    elif isinstance(value, dt.date):
        return value.isoformat()
    try:
        moment = dt.datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise _wrong(file, f"the field {name} is no date", name, "VBC-1914") from None
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
        except OverflowError:
            raise _wrong(file, f"the field {name} is no date", name, "VBC-1914") from None
    return moment.isoformat()


def _url(file: NewsFile, link: Mapping[str, Any]) -> str:
    """The address it was published at."""
    written = _plain(link.get("original")) or _plain(link.get("href"))
    if not _ADDRESS.fullmatch(written):
        raise _wrong(file, "link.href is no http or https address", "link", "VBC-1915")
    return repaired(written)


def _publisher(file: NewsFile, link: Mapping[str, Any]) -> str:
    publisher_name = repaired(_plain(link.get("brand"))).removeprefix("www.")
    if not publisher_name:
        raise _wrong(file, "link.brand, the publisher, is missing", "link", "VBC-1916")
    return publisher_name


def _topics(given: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The topics, and a doubt where the list inside a text says otherwise."""
    topics = [reduced(each) for each in _words(given.get("communityTopics"))]
    custom = given.get("openProjectCustomFields")
    inside = custom.get("medigyTopics") if isinstance(custom, dict) else None
    if inside is None:
        return topics, []
    try:
        other = json.loads(_plain(inside))
    except (ValueError, RecursionError):
        return topics, ["medigyTopics is no list"]
    if not isinstance(other, list) or [str(each) for each in other] != topics:
        return topics, ["medigyTopics and communityTopics differ"]
    return topics, []


def _words(value: Any) -> Iterator[str]:
    """A list of texts; one text is a list of itself."""
    for each in value if isinstance(value, list) else [value]:
        if text := repaired(_plain(each)):
            yield text


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _kept(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _kept(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value if isinstance(value, bool | int) or value is None else repaired(str(value))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:100] or "untitled"


def _wrong(file: NewsFile, what: str, field: str, code: str) -> InputError:
    place = Place(file.name, file.lines.get(field), field or None)
    return InputError(
        what, place=place, rule="title, date, link.brand, link.href and a text are needed",
        code="VBC-1087",
    )  # fmt: skip
