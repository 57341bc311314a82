"""Files the user names: regular files only, and never more of one than it can sensibly hold.

A pipe or a device would never end; a file of many gigabytes where a list belongs is a mistake or an
attack. Both are refused in words before anything is read. Imports nothing of ours but errors.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from openvbc.errors import InputError, Place

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
TEXT_LIMIT = 4 * MIB
"""A project, contract or overlay file: the largest rule file that ships has under 200 KiB."""
LIST_LIMIT = 2 * GIB
"""A CSV file read whole: some 20 million rows of coverage."""
LINE_LIMIT = MIB
"""A line of a CSV file: CMS's widest table has some 400 columns in a few kilobytes."""


def regular_file(path: Path) -> os.stat_result:
    """Refuse what is no regular file: a pipe, a device, a socket, a link to nothing.

    Raises:
        InputError: VBC-1016 it cannot be read; VBC-185 it is no regular file.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise InputError(
            "this is no regular file but a folder, pipe, device or socket",
            place=Place(file=str(path)),
            rule="an input is a file that can be read again and has an end",
            action="name a file",
            code="VBC-185",
        )
    return found


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
