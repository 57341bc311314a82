"""Finding the CCLF files in what the user gives: folders, zips, single files.

A delivery is a zip (or the same files unpacked): monthly ``ZCY``, weekly ``ZCWY`` or run-out
``ZCR``, with one member a CCLF file. Names: CMS, CCLF Information Packet 40.0 section 4.2 and
appendix B; weekly names as observed in deliveries. ``T.`` marks CMS's test files. What a copy, a
browser or a spreadsheet adds to a name is looked through; a file whose name still says nothing is
told by its content: no two CCLF files have records of one length.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from openvbc.claims.found_files import FoundFile, walk
from openvbc.claims.layout import FILES, layouts_of

MEMBER = re.compile(
    r"^[PT]\.(?:BCD\.)?(?P<aco>\w{4,7})\.(?:ACO\.)?ZC(?P<file>[0-9AB])(?P<kind>WY|Y|R)?(?P<year>\d{2})"
    r"(?:\.S\d{6}\.E\d{6})?\.D(?P<date>\d{6})\.T(?P<time>\d{6,7})$",
    re.IGNORECASE,
)
BUNDLE = re.compile(
    r"\.ZC(?P<kind>WY|Y|R)?(?P<year>\d{2})\.(?:S\d{6}\.E\d{6}\.)?D(?P<date>\d{6})", re.IGNORECASE
)
PLAIN = re.compile(r"(?<![A-Z0-9])CCLF[ _-]?(?P<file>[0-9AB])(?![0-9A-Z])", re.IGNORECASE)
ADDED = re.compile(
    r"( ?\(\d{1,3}\)| ?- ?copy( \(\d+\))?|\.(txt|csv|dat|zip|download|bak|tmp))$|^copy of ",
    re.IGNORECASE,
)
"""What copying and saving adds to a name."""
KINDS = {"Y": "monthly", "WY": "weekly", "R": "run-out"}


def organization_of(name: str) -> str | None:
    """The organisation a CCLF file is for, by its name; None where the name does not say."""
    match = MEMBER.match(plain_name(name.rsplit("/", 1)[-1]))
    return match["aco"].upper() if match else None


@dataclass(frozen=True)
class Member:
    """One CCLF file of a delivery, not yet opened."""

    file: str
    """0 to 9, A or B."""
    name: str
    source: FoundFile
    delivery: str
    """What the files of one delivery have in common."""
    kind: str
    year: int | None
    """Performance year the data is shared for (not the service year)."""
    date: dt.date | None
    time: str
    told_by: str = "name"
    """``name``, ``name, touched`` or ``content``."""

    @property
    def order(self) -> tuple[dt.date, str, str]:
        """Later deliveries govern earlier ones."""
        return (self.date or dt.date.min, self.time, self.delivery)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The member's bytes."""
        with self.source.open() as stream:
            yield stream


@dataclass(frozen=True)
class Unknown:
    """A file that is no CCLF file, neither by its name nor by its content."""

    name: str


def plain_name(name: str) -> str:
    """A name without what copying and saving added to it."""
    before = ""
    while before != name:
        before, name = name, ADDED.sub("", name).strip()
    return name


def find_members(paths: tuple[Path, ...]) -> tuple[list[Member], list[Unknown]]:
    """Every CCLF file under the paths, in the order in which deliveries were made."""
    members: list[Member] = []
    unknown: list[Unknown] = []
    for source in walk(paths, "CCLF deliveries"):
        member = _member(source)
        if member is None:
            unknown.append(Unknown(source.name))
        else:
            members.append(member)
    members.sort(key=lambda member: (member.order, member.file, member.name))
    return _distinct(members), unknown


def _member(source: FoundFile) -> Member | None:
    plain = plain_name(source.name)
    match = MEMBER.match(plain)
    touched = "name" if MEMBER.match(source.name.removesuffix(".txt")) else "name, touched"
    if match:
        kind = KINDS[(match["kind"] or "Y").upper()]
        delivery = source.place
        if not source.inner:
            delivery = f"{source.place}|{kind}|{match['year']}|{match['date']}"
        return Member(
            match["file"].upper(), source.name, source, delivery, kind, 2000 + int(match["year"]),
            _date(match["date"]), match["time"], touched,
        )  # fmt: skip
    named = PLAIN.search(plain)
    file = named["file"].upper() if named else told_by_content(source.head())
    if file is None:
        return None
    bundle = next(filter(None, (BUNDLE.search(part) for part in _around(source))), None)
    return Member(
        file,
        source.name,
        source,
        source.place,
        KINDS[(bundle["kind"] or "Y").upper()] if bundle else "unnamed",
        2000 + int(bundle["year"]) if bundle else None,
        _date(bundle["date"]) if bundle else None,
        "",
        "name" if named else "content",
    )


def _around(source: FoundFile) -> list[str]:
    """Names of the zips and the folder a file is in, the nearest first."""
    inner = [name.rsplit("/", 1)[-1] for name in reversed(source.inner[:-1])]
    return [*inner, source.container.name, source.container.parent.name]


def told_by_content(head: bytes) -> str | None:
    """Which CCLF file begins like this; None where its lines have the lengths of none.

    CCLF0 is told by its bars. Most lines decide, for one may be damaged.
    """
    lines = [line.rstrip(b"\r") for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    if len(lines) > 1 and len(head) >= 1 << 16:
        lines.pop()
    lines = [line for line in lines if line.strip()]
    if any(re.match(rb"CCLF[1-9AB]\s*\|", line) for line in lines):
        return "0"
    votes = Counter(_FILE_OF_LENGTH.get(len(line)) for line in lines)
    file, count = votes.most_common(1)[0] if votes else (None, 0)
    return file if 2 * count > len(lines) else None


_FILE_OF_LENGTH = {length: file for file in FILES for length in layouts_of(file)}


def _distinct(members: list[Member]) -> list[Member]:
    """Give members of the same name their container's name too, so that each is told apart."""
    count = Counter(member.name for member in members)
    seen: Counter[str] = Counter()
    distinct = []
    for member in members:
        name = member.name
        if count[name] > 1:
            name = f"{member.source.container.parent.name}/{member.source.container.name}/{name}"
            seen[name] += 1
            if seen[name] > 1:
                name = f"{name}#{seen[name]}"
        distinct.append(replace(member, name=name))
    return distinct


def _date(text: str) -> dt.date | None:
    try:
        return dt.date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
