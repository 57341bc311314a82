"""Finding the CCLF files in what the user gives: folders, zips, single files.

A delivery is a zip (or the same files unpacked): monthly ``ZCY``, weekly ``ZCWY`` or run-out
``ZCR``, with one member a CCLF file. Names: CMS, CCLF Information Packet 40.0 section 4.2 and
appendix B; weekly names as observed in deliveries. ``T.`` marks CMS's test files.
"""

from __future__ import annotations

import datetime as dt
import errno
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openvbc.errors import InputError, Place

MEMBER = re.compile(
    r"^[PT]\.(?:BCD\.)?(?P<aco>\w{4,7})\.(?:ACO\.)?ZC(?P<file>[0-9AB])(?P<kind>WY|Y|R)?(?P<year>\d{2})"
    r"(?:\.S\d{6}\.E\d{6})?\.D(?P<date>\d{6})\.T(?P<time>\d{6,7})(?:\.txt)?$",
    re.IGNORECASE,
)
BUNDLE = re.compile(
    r"\.ZC(?P<kind>WY|Y|R)?(?P<year>\d{2})\.(?:S\d{6}\.E\d{6}\.)?D(?P<date>\d{6})", re.IGNORECASE
)
PLAIN = re.compile(r"^CCLF(?P<file>[0-9AB])\b", re.IGNORECASE)
DAMAGED = (
    OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error,
    struct.error,
)  # fmt: skip
"""What reading a damaged, cut off or locked archive raises."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a full disk, which is not the delivery's fault."""
KINDS = {"Y": "monthly", "WY": "weekly", "R": "run-out"}


def organization_of(name: str) -> str | None:
    """The organisation a CCLF file is for, by its name; None where the name does not say."""
    found = MEMBER.match(name)
    return found["aco"].upper() if found else None


@dataclass(frozen=True)
class Member:
    """One CCLF file of a delivery, not yet opened."""

    file: str
    """0 to 9, A or B."""
    name: str
    container: Path
    """The zip it is in, or the file itself."""
    inner: str | None
    """Name inside the zip."""
    delivery: str
    """What the files of one delivery have in common."""
    kind: str
    year: int | None
    """Performance year the data is shared for (not the service year)."""
    date: dt.date | None
    time: str

    @property
    def order(self) -> tuple[dt.date, str, str]:
        """Later deliveries govern earlier ones."""
        return (self.date or dt.date.min, self.time, self.delivery)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The member's bytes."""
        try:
            if self.inner is None:
                with self.container.open("rb") as stream:
                    yield stream
            else:
                with zipfile.ZipFile(self.container) as bundle, bundle.open(self.inner) as stream:
                    yield stream
        except DAMAGED as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            raise InputError(
                f"the file cannot be read to its end: {_plain(error)}",
                place=Place(file=self.name),
                rule="a delivery is used whole or not at all",
                action="download the delivery again; the copy is damaged",
                code="VBC-110",
            ) from error


@dataclass(frozen=True)
class Unknown:
    """A file that is no CCLF file by its name."""

    name: str


def find_members(paths: tuple[Path, ...]) -> tuple[list[Member], list[Unknown]]:
    """Every CCLF file under the paths, in the order in which deliveries were made."""
    members: list[Member] = []
    unknown: list[Unknown] = []
    for path in paths:
        if not path.exists():
            raise InputError(
                "the folder or file with CCLF deliveries does not exist",
                place=Place(file=str(path)),
                action="correct the path in the project file",
                code="VBC-101",
            )
        given = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in given:
            if zipfile.is_zipfile(file):
                found = _in_zip(file)
            else:
                one = _member(file.name, file, None, str(file.parent))
                found = [one] if one else []
                if not one and file.suffix.lower() == ".zip":
                    raise InputError(
                        "the file is named .zip but is not a zip archive",
                        place=Place(file=file.name),
                        action="download the delivery again; the copy is damaged",
                        code="VBC-110",
                    )
            if not found:
                unknown.append(Unknown(file.name))
            members += found
    members.sort(key=lambda member: (member.order, member.file, member.name))
    return _distinct(members), unknown


def _in_zip(path: Path) -> list[Member]:
    bundle_name = BUNDLE.search(path.name)
    try:
        with zipfile.ZipFile(path) as bundle:
            names = sorted(n for n in bundle.namelist() if not n.endswith("/"))
    except DAMAGED as error:
        raise InputError(
            f"the zip cannot be opened: {_plain(error)}",
            place=Place(file=path.name),
            action="download the delivery again; the copy is damaged",
            code="VBC-110",
        ) from error
    found = [_member(Path(name).name, path, name, str(path), bundle_name) for name in names]
    return [member for member in found if member is not None]


def _member(
    name: str, container: Path, inner: str | None, place: str, bundle: re.Match[str] | None = None
) -> Member | None:
    match = MEMBER.match(name)
    if match:
        kind = KINDS[(match["kind"] or "Y").upper()]
        date = _date(match["date"])
        delivery = place if inner else f"{place}|{kind}|{match['year']}|{match['date']}"
        year: int | None = 2000 + int(match["year"])
        return Member(
            match["file"].upper(), name, container, inner, delivery, kind, year, date, match["time"]
        )
    plain = PLAIN.match(name)
    if plain:
        date = _date(bundle["date"]) if bundle else None
        kind = KINDS[(bundle["kind"] or "Y").upper()] if bundle else "unnamed"
        year = 2000 + int(bundle["year"]) if bundle else None
        return Member(plain["file"].upper(), name, container, inner, place, kind, year, date, "")
    return None


def _distinct(members: list[Member]) -> list[Member]:
    """Give members of the same name their container's name too, so that each is told apart."""
    count: dict[str, int] = {}
    for member in members:
        count[member.name] = count.get(member.name, 0) + 1
    seen: dict[str, int] = {}
    distinct = []
    for member in members:
        name = member.name
        if count[name] > 1:
            name = f"{member.container.parent.name}/{member.container.name}/{name}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name = f"{name}#{seen[name]}"
        distinct.append(
            Member(
                member.file, name, member.container, member.inner, member.delivery, member.kind,
                member.year, member.date, member.time,
            )
        )  # fmt: skip
    return distinct


def _date(text: str) -> dt.date | None:
    try:
        return dt.date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _plain(error: Exception) -> str:
    return str(error).split("\n")[0] or type(error).__name__
