"""Which folders are ours: only what carries our mark is ever deleted.

A folder we made, or were given empty or without anything of the names we write, holds the file
``.openvbc``. A folder that holds such names and no mark is somebody else's: nothing in it is
touched, and the error names it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from openvbc.engine.private_files import private_folder, write_text
from openvbc.errors import InputError, Place

MARK = ".openvbc"
_BEGINS = "made by openvbc: "


def is_ours(folder: Path, kind: str) -> bool:
    """Whether the folder carries our mark of this kind."""
    return _BEGINS + kind in _marks(folder)


def claim(folder: Path, kind: str, names: Iterable[str], *, beside: bool = False) -> Path:
    """Make the folder, or take one that is ours or holds nothing of these names; mark it.

    Args:
        folder: to be written into, and later emptied of `names`.
        kind: what it is, for example ``claim store``; a mark of another kind is no mark.
        names: files and folders that are written, and replaced, in it.
        beside: it may lie in a folder of ours of another kind, as reports do.

    Raises:
        InputError: the folder holds one of the names, or another kind of ours.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(
            "this is a file, where a folder is to be written",
            place=Place(str(folder)),
            action="name another folder",
            code="VBC-132",
        )
    private_folder(folder)
    if is_ours(folder, kind):
        return folder
    taken = sorted(name for name in names if (folder / name).exists())
    if taken or ((folder / MARK).exists() and not beside):
        raise InputError(
            f"this folder holds {', '.join(taken[:3]) or 'something else of openvbc'}, and no mark "
            f"that says this program made it as a {kind}",
            place=Place(str(folder)),
            rule="only what the program made is replaced or deleted",
            action="name another folder; or move its content away yourself, if it is no longer "
            "needed",
            code="VBC-131",
        )
    mark(folder, kind)
    return folder


def mark(folder: Path, kind: str) -> None:
    """Mark a folder that was just made as ours; it may be of several kinds."""
    write_text(folder / MARK, "".join(f"{line}\n" for line in [*_marks(folder), _BEGINS + kind]))


def _marks(folder: Path) -> list[str]:
    try:
        return (folder / MARK).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def remove(path: Path) -> None:
    """Delete a file or folder inside a folder that is ours; a link is removed, not followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
