"""Files the user names: regular files only, and never more of one than it can sensibly hold.

A pipe or a device would never end; a file of many gigabytes where a list belongs is a mistake or an
attack. Both are refused in words before anything is read. Imports nothing of ours but errors.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import stat
import zlib
from pathlib import Path

from openvbc.errors import InputError, Place

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
TEXT_LIMIT = 4 * MIB
"""A project, contract or overlay file: the largest rule file that ships has under 200 KiB."""
LIST_LIMIT = 2 * GIB
"""A CSV file read whole: some 20 million rows of coverage."""
RATIO, UNCHECKED = 250, 64 * MIB
"""An archive may unpack to this many times its size; below the second figure it is not looked at.
Claim records, blanks and all, pack to a tenth."""
GZIP = b"\x1f\x8b"
"""How a file that gzip packed begins."""
LINE_LIMIT = MIB
"""A line of a CSV file: CMS's widest table has some 400 columns in a few kilobytes."""


_given: set[Path] = set()


def files_given() -> list[Path]:
    """Every file that passed :func:`regular_file` since :func:`forget_files_given`."""
    return sorted(_given)


def forget_files_given() -> None:
    """Begin :func:`files_given` anew."""
    _given.clear()


def regular_file(path: Path) -> os.stat_result:
    """Refuse what is no regular file: a pipe, a device, a socket, a link to nothing.

    Raises:
        InputError: VBC-1016 it cannot be read; VBC-185 it is no regular file.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise InputError(
            "this is no regular file but a folder, pipe, device or socket",
            place=Place(file=str(path)),
            rule="an input is a file that can be read again and has an end",
            action="name a file",
            code="VBC-185",
        )
    _given.add(path)
    return status


def content_of(path: Path, limit: int = TEXT_LIMIT) -> bytes:
    """The whole of a regular file of at most `limit` bytes.

    Raises:
        InputError: VBC-1016, VBC-185 as :func:`regular_file`; VBC-186 it is larger than `limit`.
    """
    regular_file(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > limit:
        raise too_large(path.name, f"more than {in_words(limit)}", f"at most {in_words(limit)}")
    return content


def text_of(path: Path, limit: int = LIST_LIMIT) -> str:
    """The whole of a text file of at most `limit` bytes, packed with gzip or not.

    Raises:
        InputError: as :func:`content_of`; VBC-9101 it is damaged; VBC-9102 it is not UTF-8.
    """
    content = content_of(path, limit)
    if content[:2] == GZIP:
        content = unpacked(content, path.name, limit)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "the file is not UTF-8 text",
            place=Place(path.name, content[: error.start].count(b"\n") + 1),
            action="save it as CSV in UTF-8 (editors of Windows may call the other way ANSI)",
            code="VBC-9102",
        ) from None


def rows_of_csv(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """A small CSV file: its headings as they stand, and each row by heading with its line.

    Blank rows are left out; a cell that is missing at the end of a row is empty.

    Raises:
        InputError: as :func:`text_of`; VBC-1051 it is no CSV, or has more cells than headings.
    """
    reader = csv.DictReader(io.StringIO(text_of(path), newline=""), restkey="", restval="")
    rows = []
    try:
        reader.fieldnames = heads = [head.strip() for head in reader.fieldnames or ()]
        if doubled := sorted({head for head in heads if head and heads.count(head) > 1}):
            raise csv.Error(f"the column {doubled[0]} is given twice")
        for row in reader:
            if "" in row and "" not in heads and any(row[""]):
                raise csv.Error("more cells than headings")
            rows.append((reader.line_num, row))
    except csv.Error as error:
        raise no_csv(path, error, reader.line_num) from error
    return heads, rows


def no_csv(path: Path, error: Exception, line: int) -> InputError:
    """The cells of a file cannot be told apart."""
    return InputError(f"not a readable CSV: {error}", place=Place(path.name, line), code="VBC-1051")


def unpacked(content: bytes, name: str, limit: int) -> bytes:
    """What is packed with gzip, of at most `limit` bytes.

    Raises:
        InputError: VBC-9101 it is damaged; VBC-186 it unpacks to more than `limit`.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            plain_bytes = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            "the file cannot be unpacked to its end",
            place=Place(name),
            action="download it again; the copy is damaged",
            code="VBC-9101",
        ) from error
    if len(plain_bytes) > limit:
        raise too_large(name, f"more than {in_words(limit)}, unpacked", in_words(limit))
    return plain_bytes


def too_large(name: str, what: str, rule: str, line: int | None = None) -> InputError:
    """A bound is passed: `what` was found where `rule` is allowed."""
    return InputError(
        f"the file holds {what}",
        place=Place(file=name, line=line),
        rule=f"{rule}, so that no file can take all memory",
        action="look whether this is the right file, whole and undamaged",
        code="VBC-186",
    )


def unreadable(path: Path, error: Exception) -> InputError:
    """The system does not give the file."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
    return InputError(
        f"the file cannot be read: {why}",
        place=Place(file=str(path)),
        action="correct the path in the project file, or the file's rights",
        code="VBC-1016",
    )


def in_words(size: int) -> str:
    """Bytes in words: 2 GiB, 4 MiB, 64 KiB."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size // unit:,} {name}"
    return f"{size} bytes"
